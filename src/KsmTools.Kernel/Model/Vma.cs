using System.Runtime.InteropServices;

namespace KsmTools.Model;

/// <summary>A mapping, <c>struct vm_area_struct</c>. All positions are page numbers: the kernel's addresses shifted right by <c>PAGE_SHIFT</c>.</summary>
/// <param name="mm">The address space that it belongs to.</param>
/// <param name="start">Its first page.</param>
/// <param name="end">The page behind its last.</param>
/// <param name="pgoff"><c>vm_pgoff</c>: the linear index of its first page.</param>
internal sealed class Vma(AddressSpace mm, ulong start, ulong end, ulong pgoff)
{
    // Most mappings are in one tree; those of a forked address space are in their ancestors', too, and all of these are in the list.
    private Link _first;
    private List<Link>? _all;

    /// <summary>The address space that it belongs to (<c>vm_mm</c>).</summary>
    public AddressSpace Mm { get; } = mm;

    /// <summary>Its first page (<c>vm_start</c>).</summary>
    public ulong Start { get; } = start;

    /// <summary>The page behind its last (<c>vm_end</c>).</summary>
    public ulong End { get; private set; } = end;

    /// <summary>The linear index of its first page (<c>vm_pgoff</c>). For anonymous memory it is the address where the first mapping was made, and mremap keeps it.</summary>
    public ulong Pgoff { get; } = pgoff;

    /// <summary>The linear index of its last page (<c>vma_last_pgoff</c>).</summary>
    public ulong LastPgoff => Pgoff + (End - Start) - 1;

    /// <summary>Where its own new pages belong (<c>vma-&gt;anon_vma</c>); null before the first page was written.</summary>
    public AnonVma? AnonVma { get; private set; }

    /// <summary>Whether it is in the tree of one anon_vma only, so that a neighbour may use that too (<c>reusable_anon_vma</c>, mm/vma.c, before 6.12 mm/mmap.c).</summary>
    public bool IsSingular => _first.AnonVma is not null && _all is null;

    /// <summary>Where this mapping is in the tree of its address space.</summary>
    internal int Place { get; set; }

    /// <summary>The linear index of one of its pages (<c>linear_page_index</c>, include/linux/pagemap.h).</summary>
    public ulong LinearPageIndex(ulong page) => Pgoff + (page - Start);

    /// <summary>Whether it covers a page.</summary>
    public bool Covers(ulong page) => page >= Start && page < End;

    /// <summary>Makes an anon_vma that of this mapping's new pages, and puts the mapping into its tree.</summary>
    public void Own(AnonVma anonVma)
    {
        AnonVma = anonVma;
        Join(anonVma);
    }

    /// <summary>Puts this mapping into every tree that another is in (mm/rmap.c, <c>anon_vma_clone</c>).</summary>
    /// <param name="other">The mapping that it was split from, moved from or forked from.</param>
    public void JoinAllOf(Vma other)
    {
        foreach (Link link in other.Chain())
        {
            Join(link.AnonVma!);
        }
    }

    /// <summary>Takes over where new pages belong: after a split or a move.</summary>
    public void InheritAnonVma(Vma other) => AnonVma = other.AnonVma;

    /// <summary>Takes this mapping out of all trees (mm/rmap.c, <c>unlink_anon_vmas</c>).</summary>
    public void LeaveAll()
    {
        foreach (Link link in Chain())
        {
            link.AnonVma!.Tree.Remove(link.Node);
        }

        _first = default;
        _all = null;
    }

    /// <summary>Gives up the pages from one on.</summary>
    public void EndAt(ulong page)
    {
        End = page;
        foreach (Link link in Chain())
        {
            link.AnonVma!.Tree.SetLast(link.Node, LastPgoff);
        }
    }

    private ReadOnlySpan<Link> Chain() =>
        _all is not null ? CollectionsMarshal.AsSpan(_all) : _first.AnonVma is not null ? new ReadOnlySpan<Link>(in _first) : [];

    private void Join(AnonVma anonVma)
    {
        var link = new Link(anonVma, anonVma.Tree.Insert(Pgoff, LastPgoff, this));
        if (_all is not null)
        {
            _all.Add(link);
        }
        else if (_first.AnonVma is not null)
        {
            _all = [_first, link];
        }
        else
        {
            _first = link;
        }
    }

    private readonly record struct Link(AnonVma? AnonVma, int Node);
}

/// <summary>
/// What anonymous pages point to so that their mappings can be found: <c>struct anon_vma</c>. Every mapping that was split from, moved from or forked from one that wrote
/// a page here is in its tree, by the linear indices that it covers (mm/interval_tree.c).
/// </summary>
/// <param name="id">Its number, which stands for its address.</param>
internal sealed class AnonVma(long id)
{
    /// <summary>Its number; never 0.</summary>
    public long Id { get; } = id;

    /// <summary>The mappings, by linear index.</summary>
    public IntervalTree<Vma> Tree { get; } = new();
}

/// <summary>A page of memory.</summary>
/// <param name="content">What it holds; equal numbers are equal bytes.</param>
internal sealed class ModelPage(int content)
{
    /// <summary>What it holds; equal numbers are equal bytes.</summary>
    public int Content { get; } = content;

    /// <summary>How many page-table entries map it.</summary>
    public int MapCount { get; set; }

    /// <summary>Its node in the stable tree; null for a page that KSM did not merge.</summary>
    public StableNode? StableNode { get; set; }
}
