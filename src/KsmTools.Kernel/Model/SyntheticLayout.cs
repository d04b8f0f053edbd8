namespace KsmTools.Model;

/// <summary>A process with one anon_vma of many mappings, and equal pages in them that KSM has merged.</summary>
/// <param name="Ksm">KSM, after its scans.</param>
/// <param name="AnonVma">The anon_vma that all mappings belong to.</param>
/// <param name="Walked">The KSM page with the most items.</param>
internal sealed record SyntheticLayout(KsmModel Ksm, AnonVma AnonVma, StableNode Walked)
{
    private const ulong FirstPage = 0x7f000_0000;
    private const int Equal = 0x77;

    /// <summary>Makes the layout by what a program would do: map, write, change protections, move.</summary>
    public static SyntheticLayout Make(RmapStrategyComparison of, CancellationToken cancellationToken)
    {
        var ksm = new KsmModel { MaxPageSharing = of.MaxPageSharing ?? of.Sharing };
        AddressSpace mm = ksm.Start();
        ulong pagesPerVma = (ulong)((of.Sharing + of.VmaCount - 1) / of.VmaCount);
        ulong moved = of.Mremap ? (ulong)of.VmaCount / 2 * pagesPerVma : 0;
        ulong total = (ulong)of.VmaCount * pagesPerVma;
        mm.Map(FirstPage, total + moved);
        mm.Write(FirstPage, Equal + 1);
        for (ulong at = pagesPerVma; at < total + moved; at += pagesPerVma)
        {
            cancellationToken.ThrowIfCancellationRequested();
            mm.Split(FirstPage + at, total + moved - at);
        }

        for (int page = 0; page < of.Sharing; page++)
        {
            // The pages that stay, in the order in which they will lie: those that are moved to the front, then the others.
            ulong place = (ulong)page * total / (ulong)of.Sharing;
            mm.Write(FirstPage + (place < moved ? total + place : place), Equal);
        }

        Merge(ksm, cancellationToken);
        if (moved > 0)
        {
            mm.Move(FirstPage + total, FirstPage, moved, cancellationToken);
            Merge(ksm, cancellationToken);
        }

        return new SyntheticLayout(ksm, mm.Find(FirstPage)!.AnonVma!, ksm.StableNodes.MaxBy(node => node.Length)!);
    }

    // An item that was stable begins anew: one scan takes the page's checksum, the next merges it.
    private static void Merge(KsmModel ksm, CancellationToken cancellationToken)
    {
        ksm.Scan(cancellationToken);
        ksm.Scan(cancellationToken);
    }
}
