namespace KsmTools.Model;

/// <summary><c>rmap_walk_ksm</c> (mm/ksm.c) over the model.</summary>
/// <param name="ksm">The model.</param>
/// <param name="strategy">Which mappings are looked at.</param>
internal sealed class RmapWalker(KsmModel ksm, RmapStrategy strategy)
{
    private readonly HashSet<(long Mm, ulong Page)> _found = [];

    /// <summary>How many mappings were looked at.</summary>
    public long VmasVisited { get; private set; }

    /// <summary>The page-table entries that were found to map the page.</summary>
    public IReadOnlySet<(long Mm, ulong Page)> Found => _found;

    /// <summary>Walks once over the items of a page, each with the address space that it is of.</summary>
    /// <param name="node">The page.</param>
    /// <param name="progress">Is told how many items are done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void WalkOnce(StableNode node, Action<int>? progress = null, CancellationToken cancellationToken = default) =>
        _ = Pass(node, searchesForks: false, endsWhenUnmapped: false, progress, cancellationToken);

    /// <summary>
    /// Walks as the kernel does: once over the items with their own address spaces, and, unless the work is done, again over all other address spaces that fork has put
    /// into the same trees.
    /// </summary>
    /// <param name="node">The page.</param>
    /// <param name="endsWhenUnmapped">
    /// Whether the walk ends once every mapping was found, as that of <c>try_to_migrate</c> does. That of <c>remove_migration_ptes</c> never ends early: two passes always.
    /// </param>
    public void Walk(StableNode node, bool endsWhenUnmapped)
    {
        if (Pass(node, searchesForks: false, endsWhenUnmapped, null, CancellationToken.None))
        {
            _ = Pass(node, searchesForks: true, endsWhenUnmapped, null, CancellationToken.None);
        }
    }

    private bool Pass(StableNode node, bool searchesForks, bool endsWhenUnmapped, Action<int>? progress, CancellationToken cancellationToken)
    {
        int done = 0;
        for (long item = node.FirstItem; item != 0; item = ksm.Items[item].Next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Invoke(done++);
            if (!Visit(node.Page, item, searchesForks, endsWhenUnmapped))
            {
                return false;
            }
        }

        return true;
    }

    private bool Visit(ModelPage page, long item, bool searchesForks, bool endsWhenUnmapped)
    {
        ulong at = ksm.Items[item].Page;
        long mm = ksm.Items[item].Mm;
        (ulong first, ulong last) = RangeOf(item, at);
        long visited = 0;
        foreach (Vma vma in ksm.AnonVmaOf(item).Tree.Overlapping(first, last))
        {
            visited++;
            if (!vma.Covers(at) || (vma.Mm.Id == mm) == searchesForks)
            {
                continue;
            }

            // rmap_one looks for the page in the page table.
            if (vma.Mm.TryGetPage(at, out ModelPage? mapped) && mapped == page && _found.Add((vma.Mm.Id, at)) && endsWhenUnmapped && _found.Count == page.MapCount)
            {
                VmasVisited += visited;
                return false;
            }
        }

        VmasVisited += visited;
        return true;
    }

    private (ulong First, ulong Last) RangeOf(long item, ulong at)
    {
        switch (strategy)
        {
            case RmapStrategy.FullRange:
                return (0, ulong.MaxValue);
            case RmapStrategy.AddressDerived:
                return (at, at);
            default:
                ulong index = ksm.Items.LinearPageIndex(item);
                return (index, index);
        }
    }
}
