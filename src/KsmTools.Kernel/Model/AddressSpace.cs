using System.Diagnostics.CodeAnalysis;

namespace KsmTools.Model;

/// <summary>A process's memory, <c>struct mm_struct</c>, with what programs do to it: mmap, mprotect, munmap, mremap, fork and writing. Positions are page numbers.</summary>
/// <param name="id">Its number, which stands for its address.</param>
/// <param name="anonVmas">Gives each anon_vma a number.</param>
internal sealed class AddressSpace(long id, AnonVmas anonVmas)
{
    private readonly IntervalTree<Vma> _vmas = new();
    private readonly Dictionary<ulong, ModelPage> _pages = [];

    /// <summary>Its number; never 0.</summary>
    public long Id { get; } = id;

    /// <summary>How many mappings it has.</summary>
    public int VmaCount => _vmas.Count;

    /// <summary>The mappings, by address.</summary>
    public IntervalTree<Vma>.Overlaps Vmas => _vmas.Overlapping(0, ulong.MaxValue);

    /// <summary>The pages that are there.</summary>
    public IReadOnlyDictionary<ulong, ModelPage> Pages => _pages;

    /// <summary>The mapping of a page; null where nothing is mapped.</summary>
    public Vma? Find(ulong page)
    {
        IntervalTree<Vma>.Overlaps found = _vmas.Overlapping(page, page);
        return found.MoveNext() ? found.Current : null;
    }

    /// <summary>What a page-table entry points to.</summary>
    public bool TryGetPage(ulong page, [NotNullWhen(true)] out ModelPage? found) => _pages.TryGetValue(page, out found);

    /// <summary>Maps fresh memory over whatever is there: mmap(2) with <c>MAP_FIXED</c>.</summary>
    /// <param name="start">The first page.</param>
    /// <param name="count">How many.</param>
    public void Map(ulong start, ulong count)
    {
        Unmap(start, count);
        Add(new Vma(this, start, start + count, start));
    }

    /// <summary>Cuts mappings at both ends of a range, as changing the protection of that range does.</summary>
    /// <param name="start">The first page.</param>
    /// <param name="count">How many.</param>
    public void Split(ulong start, ulong count)
    {
        SplitAt(start);
        SplitAt(start + count);
    }

    /// <summary>munmap(2).</summary>
    /// <param name="start">The first page.</param>
    /// <param name="count">How many.</param>
    public void Unmap(ulong start, ulong count)
    {
        Split(start, count);
        foreach (Vma vma in VmasIn(start, count))
        {
            Drop(vma);
        }
    }

    /// <summary>
    /// mremap(2) with <c>MREMAP_MAYMOVE | MREMAP_FIXED</c>, mapping by mapping. Merged pages are given back to the process first (mm/mremap.c, move_vma:
    /// <c>ksm_madvise</c>); a mapping that was ever written keeps its linear indices (mm/vma.c, copy_vma), so that from now on they do not follow from the address.
    /// </summary>
    /// <param name="from">The first page.</param>
    /// <param name="to">Where it goes; the ranges must not overlap.</param>
    /// <param name="count">How many pages.</param>
    /// <param name="cancellationToken">Gives up, with some moved.</param>
    public void Move(ulong from, ulong to, ulong count, CancellationToken cancellationToken = default)
    {
        if (from < to + count && to < from + count)
        {
            throw new ArgumentOutOfRangeException(nameof(to), to, null);
        }

        Unmap(to, count);
        Split(from, count);
        foreach (Vma vma in VmasIn(from, count))
        {
            cancellationToken.ThrowIfCancellationRequested();
            MoveWhole(vma, vma.Start - from + to);
        }
    }

    /// <summary>fork(2): the same mappings and pages. The child's mappings join the parent's trees, and get an anon_vma of their own for new pages (mm/rmap.c, anon_vma_fork).</summary>
    /// <param name="childId">The child's number.</param>
    public AddressSpace Fork(long childId)
    {
        var child = new AddressSpace(childId, anonVmas);
        foreach (Vma vma in Vmas)
        {
            var copy = new Vma(child, vma.Start, vma.End, vma.Pgoff);
            child.Add(copy);
            copy.JoinAllOf(vma);
            if (vma.AnonVma is not null)
            {
                copy.Own(anonVmas.Make());
            }
        }

        foreach ((ulong at, ModelPage page) in _pages)
        {
            child.SetPage(at, page);
        }

        return child;
    }

    /// <summary>Writes a page: a new page of one's own, whatever was there.</summary>
    /// <param name="page">Where; it must be mapped.</param>
    /// <param name="content">What.</param>
    public void Write(ulong page, int content)
    {
        Vma vma = Find(page) ?? throw new ArgumentOutOfRangeException(nameof(page), page, null);
        if (vma.AnonVma is null)
        {
            vma.Own(Reusable(vma) ?? anonVmas.Make());
        }

        SetPage(page, new ModelPage(content));
    }

    /// <summary>Gives a merged page back: a copy of one's own (mm/ksm.c, break_ksm).</summary>
    public void BreakKsm(ulong page)
    {
        if (_pages.TryGetValue(page, out ModelPage? found) && found.StableNode is not null)
        {
            SetPage(page, new ModelPage(found.Content));
        }
    }

    /// <summary>Points a page-table entry to a page.</summary>
    public void SetPage(ulong at, ModelPage page)
    {
        ClearPage(at);
        page.MapCount++;
        _pages[at] = page;
    }

    /// <summary>The end of the process.</summary>
    public void Exit()
    {
        foreach (Vma vma in VmasIn(0, ulong.MaxValue))
        {
            Drop(vma);
        }
    }

    private void Add(Vma vma) => vma.Place = _vmas.Insert(vma.Start, vma.End - 1, vma);

    private void Drop(Vma vma)
    {
        _vmas.Remove(vma.Place);
        vma.LeaveAll();
        ForPages(vma, ClearPage);
    }

    private void SplitAt(ulong page)
    {
        if (Find(page) is not { } vma || vma.Start == page)
        {
            return;
        }

        var upper = new Vma(this, page, vma.End, vma.LinearPageIndex(page));
        _vmas.SetLast(vma.Place, page - 1);
        vma.EndAt(page);
        Add(upper);
        upper.JoinAllOf(vma);
        upper.InheritAnonVma(vma);
    }

    private void MoveWhole(Vma vma, ulong to)
    {
        ForPages(vma, BreakKsm);
        var moved = new Vma(this, to, to + (vma.End - vma.Start), vma.AnonVma is null ? to : vma.Pgoff);
        Add(moved);
        moved.JoinAllOf(vma);
        moved.InheritAnonVma(vma);
        ForPages(vma, at => SetPage(at - vma.Start + to, _pages[at]));
        Drop(vma);
    }

    // A neighbour whose linear indices go on into these could be one mapping with it, but for its protection: then it lends its anon_vma (mm/vma.c, find_mergeable_anon_vma).
    private AnonVma? Reusable(Vma vma)
    {
        Vma? next = Find(vma.End);
        if (next is { AnonVma: not null, IsSingular: true } && next.Pgoff == vma.LastPgoff + 1)
        {
            return next.AnonVma;
        }

        Vma? previous = vma.Start == 0 ? null : Find(vma.Start - 1);
        return previous is { AnonVma: not null, IsSingular: true } && vma.Pgoff == previous.LastPgoff + 1 ? previous.AnonVma : null;
    }

    private List<Vma> VmasIn(ulong start, ulong count)
    {
        var found = new List<Vma>();
        foreach (Vma vma in _vmas.Overlapping(start, start + (count - 1)))
        {
            found.Add(vma);
        }

        return found;
    }

    private void ForPages(Vma vma, Action<ulong> act)
    {
        for (ulong at = vma.Start; at < vma.End; at++)
        {
            if (_pages.ContainsKey(at))
            {
                act(at);
            }
        }
    }

    private void ClearPage(ulong at)
    {
        if (_pages.Remove(at, out ModelPage? page))
        {
            page.MapCount--;
        }
    }
}

/// <summary>Makes the anon_vmas, and finds one by its number.</summary>
internal sealed class AnonVmas
{
    private readonly List<AnonVma> _all = [];

    /// <summary>The anon_vma of a number.</summary>
    public AnonVma this[long id] => _all[(int)id - 1];

    /// <summary>A new one.</summary>
    public AnonVma Make()
    {
        var anonVma = new AnonVma(_all.Count + 1);
        _all.Add(anonVma);
        return anonVma;
    }
}
