namespace KsmTools.Model;

/// <summary>
/// KSM as mm/ksm.c of Linux 7.3 does it: what ksmd finds, merges and forgets, and with it the life of each rmap item. All mappings count as mergeable; there is one NUMA node.
/// </summary>
internal sealed partial class KsmModel
{
    private readonly AnonVmas _anonVmas = new();
    private readonly Dictionary<long, Slot> _slots = [];
    private readonly Dictionary<int, long> _unstable = [];
    private readonly StableTree _stable = new();
    private ulong _sequence;
    private long _lastMm;

    /// <summary>The items.</summary>
    public KsmRmapItems Items { get; } = new();

    /// <summary>Items that one node takes, forked places apart (<c>max_page_sharing</c>).</summary>
    public int MaxPageSharing { get; init; } = 256;

    /// <summary>Whether pages that never merged are looked at less often (<c>smart_scan</c>).</summary>
    public bool SmartScan { get; init; } = true;

    /// <summary>What is to go wrong, which in the kernel is memory running out or a page that changes at the wrong moment.</summary>
    public Func<KsmFailure, bool> Fails { get; set; } = _ => false;

    /// <summary>Nodes in use, the first place of each (<c>pages_shared</c>).</summary>
    public int PagesShared { get; private set; }

    /// <summary>Further places of the nodes (<c>pages_sharing</c>).</summary>
    public int PagesSharing { get; private set; }

    /// <summary>Pages passed over by smart scan (<c>pages_skipped</c>).</summary>
    public int PagesSkipped { get; private set; }

    /// <summary>Contents with more than one KSM page (<c>stable_node_chains</c>).</summary>
    public int StableNodeChains => _stable.Chains;

    /// <summary>The KSM pages of these (<c>stable_node_dups</c>).</summary>
    public int StableNodeDups => _stable.Dups;

    /// <summary>The nodes of the stable tree.</summary>
    public IEnumerable<StableNode> StableNodes => _stable.Nodes;

    /// <summary>The address spaces.</summary>
    public IEnumerable<AddressSpace> AddressSpaces => _slots.Values.Select(slot => slot.Mm);

    /// <summary>A new process.</summary>
    public AddressSpace Start() => Register(new AddressSpace(++_lastMm, _anonVmas));

    /// <summary>fork(2); items are not copied: ksmd makes the child's when it comes by.</summary>
    public AddressSpace Fork(AddressSpace parent) => Register(parent.Fork(++_lastMm));

    /// <summary>The end of a process.</summary>
    public void Exit(AddressSpace mm)
    {
        RemoveTrailingItems(_slots[mm.Id], 0);
        _slots.Remove(mm.Id);
        mm.Exit();
    }

    /// <summary>The anon_vma of an item of the stable tree.</summary>
    public AnonVma AnonVmaOf(long item) => _anonVmas[Items[item].AnonVma];

    /// <summary>The address space of a number.</summary>
    public AddressSpace AddressSpaceOf(long mm) => _slots[mm].Mm;

    /// <summary>One full scan. A page merges at the second scan that sees it unchanged.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public void Scan(CancellationToken cancellationToken = default)
    {
        foreach (Slot slot in _slots.Values)
        {
            Scan(slot, cancellationToken);
        }

        _unstable.Clear();
        _sequence++;
    }

    private AddressSpace Register(AddressSpace mm)
    {
        _slots.Add(mm.Id, new Slot(mm));
        return mm;
    }

    // scan_get_next_rmap_item: pages and items both ascend, and items in between are of pages that are gone.
    private void Scan(Slot slot, CancellationToken cancellationToken)
    {
        long before = 0;
        foreach (Vma vma in slot.Mm.Vmas)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (vma.AnonVma is null)
            {
                continue;
            }

            for (ulong at = vma.Start; at < vma.End; at++)
            {
                if (slot.Mm.TryGetPage(at, out ModelPage? page))
                {
                    before = ItemOf(slot, before, at);
                    if (!ShouldSkip(before, page))
                    {
                        CompareAndMerge(before, vma, at, page);
                    }
                }
            }
        }

        RemoveTrailingItems(slot, before);
    }

    private long ItemOf(Slot slot, long before, ulong at)
    {
        long next = NextOf(slot, before);
        while (next != 0 && Items[next].Page <= at)
        {
            if (Items[next].Page == at)
            {
                return next;
            }

            next = RemoveItem(slot, before, next);
        }

        long item = Items.Add(slot.Mm.Id, at);
        Items[item].RmapList = next;
        NextOf(slot, before) = item;
        return item;
    }

    private void RemoveTrailingItems(Slot slot, long before)
    {
        for (long next = NextOf(slot, before); next != 0;)
        {
            next = RemoveItem(slot, before, next);
        }
    }

    private long RemoveItem(Slot slot, long before, long item)
    {
        long next = Items[item].RmapList;
        RemoveFromTree(item);
        Items.Free(item);
        NextOf(slot, before) = next;
        return next;
    }

    private ref long NextOf(Slot slot, long before) => ref before == 0 ? ref slot.RmapList : ref Items[before].RmapList;

    /// <summary><c>struct ksm_mm_slot</c>.</summary>
    private sealed class Slot(AddressSpace mm)
    {
        public long RmapList;

        public AddressSpace Mm { get; } = mm;
    }
}

/// <summary>What can go wrong while two pages merge.</summary>
internal enum KsmFailure
{
    /// <summary>The second of two equal pages cannot become the first.</summary>
    MergeSecondPage,

    /// <summary>There is no memory for a stable node.</summary>
    MakeStableNode,
}
