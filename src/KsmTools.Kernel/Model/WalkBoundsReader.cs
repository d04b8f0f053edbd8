using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;

namespace KsmTools.Model;

/// <summary>
/// Bounds what a walk of one KSM page looks at. A walk goes over the items of the page (mm/ksm.c, <c>rmap_walk_ksm</c>), at most one for each place that maps it, and for
/// each looks at mappings of one tree: that of the anon_vma which the place's mapping had when it merged, and has still. A place that fork(2) copied has no item until
/// ksmd comes by; one that was written to or unmapped keeps its item until then.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="relatives">The processes.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class WalkBoundsReader(KernelTree kernel, ProcessRelatives relatives, CancellationToken cancellationToken)
{
    private long _items;
    private long _minimum;
    private long _maximum;
    private long _unmoved;

    /// <summary>Bounds the walk.</summary>
    /// <param name="id">A process that maps the page.</param>
    /// <param name="families">Its mappings.</param>
    /// <param name="frame">The page's frame.</param>
    /// <param name="addresses">Where the process maps it.</param>
    /// <param name="staleItems">Items of the process that may be left of places which map it no longer.</param>
    /// <param name="itemsOfProcess">Items of the process of all pages (<c>ksm_merging_pages</c>); null where that is not known.</param>
    /// <param name="elsewhere">How often other processes map it; null where that is not known.</param>
    public WalkBounds Read(int id, VmaFamilies families, long frame, IReadOnlyList<long> addresses, long staleItems, long? itemsOfProcess, long? elsewhere)
    {
        Add(id, families, addresses, itemsOfProcess);
        _items += staleItems;
        _maximum += staleItems * MostIn(families, relatives.Of(id));
        _unmoved += staleItems * (1 + relatives.Of(id).Count);
        bool isWhole = elsewhere is { } places && AddOthers(id, frame, places) && !relatives.IsIncomplete;
        return isWhole ? new WalkBounds(_minimum, _maximum, _unmoved, _items) : new WalkBounds(_minimum, null, null, null);
    }

    private static long MostIn(VmaFamilies families, IReadOnlyList<VmaFamilies> copies) =>
        families.Keys.Union(copies.SelectMany(copy => copy.Keys)).Select(key => CountIn(key, families, copies)).DefaultIfEmpty().Max();

    private static long CountIn(VmaFamilyKey key, VmaFamilies families, IReadOnlyList<VmaFamilies> copies) => families.Count(key) + copies.Sum(copy => (long)copy.Count(key));

    // A process that has no item of any page has none of this one: so it is for a fork that ksmd has yet to see.
    private void Add(int id, VmaFamilies families, IReadOnlyList<long> addresses, long? itemsOfProcess)
    {
        IReadOnlyList<VmaFamilies> copies = relatives.Of(id);
        var counts = new Dictionary<VmaFamilyKey, long>();
        var visits = new List<(long All, long Unmoved)>(addresses.Count);
        foreach (long address in addresses)
        {
            cancellationToken.ThrowIfCancellationRequested();
            VmaFamilyKey key = families.KeyAt(address);
            if (!counts.TryGetValue(key, out long count))
            {
                counts.Add(key, count = CountIn(key, families, copies));
            }

            visits.Add((count, 1 + copies.Count(copy => copy.Covers(key, address))));
        }

        int items = (int)Math.Min(addresses.Count, itemsOfProcess ?? addresses.Count);
        _items += items;
        _minimum += relatives.OriginOf(id).MayBeCopy ? 0 : items;
        _maximum += visits.Select(visit => visit.All).OrderDescending().Take(items).Sum();
        _unmoved += visits.Select(visit => visit.Unmoved).OrderDescending().Take(items).Sum();
    }

    // Those that may be copies first: they are the likeliest.
    private bool AddOthers(int id, long frame, long places)
    {
        ProcessOrigin origin = relatives.OriginOf(id);
        List<int> counted = [id];
        if (places == 0)
        {
            return true;
        }

        foreach (ProcessOrigin other in relatives.All.OrderByDescending(other => origin.CanShareWith(other) || other.CanShareWith(origin)))
        {
            if (other.Id == id || ItemsOf(other.Id) is var items && items == 0 && !other.MayBeCopy || relatives.FamiliesOf(other.Id) is not { } families || counted.Exists(process => relatives.HaveSameMemory(process, other.Id)))
            {
                continue;
            }

            List<long> addresses = Find(other.Id, families, frame);
            if (addresses.Count > 0)
            {
                Add(other.Id, families, addresses, items);
                places -= addresses.Count;
                counted.Add(other.Id);
            }

            // Without knowing whose memory is the same, some may have been counted twice: all are looked at.
            if (places <= 0 && relatives.CanTellSameMemory)
            {
                break;
            }
        }

        return places <= 0;
    }

    private long? ItemsOf(int id)
    {
        try
        {
            return new KsmProcessReader(kernel).TryRead(id, out KsmProcess? process) == Errno.None ? process!.MergingPages : null;
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }

    private List<long> Find(int id, VmaFamilies families, long frame)
    {
        try
        {
            return [.. new ProcessPages(kernel).FindFrame(id, MergedRanges.Of(families.Vmas), frame, cancellationToken).Where(address => families.IndexOf(address) >= 0)];
        }
        catch (KsmToolsException)
        {
            // It has ended, or cannot be read: its places are not found then, and there is no upper bound.
            return [];
        }
    }
}
