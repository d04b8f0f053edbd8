using System.Collections;

namespace KsmTools.Model;

/// <summary>
/// All items, by number, and the only way to the members that share their bytes. Beside each item it is kept which of them are valid, which the kernel does not know:
/// reading a checksum, an age or skips from an item that holds an index, or an index from one that does not, is an error here and a wrong number there.
/// </summary>
internal sealed class KsmRmapItems
{
    private readonly BitArray _holdsIndex = new(16);
    private KsmRmapItem[] _items = new KsmRmapItem[16];
    private int _used = 1;
    private long _free;

    /// <summary>How many items there are (<c>ksm_rmap_items</c>).</summary>
    public int Count { get; private set; }

    /// <summary>An item.</summary>
    /// <param name="item">Its number; never 0.</param>
    public ref KsmRmapItem this[long item] => ref _items[item];

    /// <summary>A new item, all zeros but for the place that it stands for.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="page">The page's number.</param>
    public long Add(long mm, ulong page)
    {
        long item = _free;
        if (item != 0)
        {
            _free = _items[item].RmapList;
        }
        else
        {
            item = _used++;
            if (item == _items.Length)
            {
                Array.Resize(ref _items, _items.Length * 2);
                _holdsIndex.Length = _items.Length;
            }
        }

        _items[item] = new KsmRmapItem { Mm = mm, Address = KsmRmapItem.AddressOf(page) };
        Count++;
        return item;
    }

    /// <summary>Gives an item back that is in no tree.</summary>
    public void Free(long item)
    {
        _items[item] = new KsmRmapItem { RmapList = _free };
        _holdsIndex[(int)item] = false;
        _free = item;
        Count--;
    }

    /// <summary>The linear index of a merged page.</summary>
    public ulong LinearPageIndex(long item)
    {
        Require(item, holdsIndex: true);
        return _items[item].LinearPageIndex;
    }

    /// <summary>Whether the item holds a linear index.</summary>
    public bool HoldsLinearPageIndex(long item) => _holdsIndex[(int)item];

    /// <summary>The page becomes a KSM page: its index takes the place of what only an unmerged page has.</summary>
    public void SetLinearPageIndex(long item, ulong index)
    {
        _items[item].LinearPageIndex = index;
        _holdsIndex[(int)item] = true;
    }

    /// <summary>The page is no KSM page any more: checksum, age and skips begin anew. On an item that has these, nothing happens.</summary>
    public void ForgetLinearPageIndex(long item)
    {
        if (_holdsIndex[(int)item])
        {
            _items[item].OldChecksum = 0;
            _items[item].Age = 0;
            _items[item].RemainingSkips = 0;
            _holdsIndex[(int)item] = false;
        }
    }

    /// <summary>The checksum of the page at the last scan.</summary>
    public ref uint OldChecksum(long item)
    {
        Require(item, holdsIndex: false);
        return ref _items[item].OldChecksum;
    }

    /// <summary>How many scans have seen the page unmerged.</summary>
    public ref byte Age(long item)
    {
        Require(item, holdsIndex: false);
        return ref _items[item].Age;
    }

    /// <summary>How many scans will pass the page over.</summary>
    public ref byte RemainingSkips(long item)
    {
        Require(item, holdsIndex: false);
        return ref _items[item].RemainingSkips;
    }

    private void Require(long item, bool holdsIndex)
    {
        if (_holdsIndex[(int)item] != holdsIndex)
        {
            throw new InvalidOperationException(holdsIndex ? "the item holds no linear page index" : "the item holds a linear page index where its checksum, age and skips were");
        }
    }
}
