using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory.Triggers;

namespace KsmTools.Migration;

/// <summary>Has the kernel take the pages of a scenario to swap: it must find all their mappings for that, as for migrating them.</summary>
internal sealed class PageSwapping(KernelTree kernel, SwapPages pages)
{
    // A page that was read is active, and becomes inactive when the kernel counts more active pages in the group than others. Of a small group it counts every two seconds
    // (flush_memcg_stats_dwork, mm/memcontrol.c).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private int _rounds;

    /// <summary>How many pages went to swap.</summary>
    public int SwappedPages { get; private set; }

    /// <summary>How many mappings they had.</summary>
    public int SwappedMappings { get; private set; }

    /// <summary>Swaps them out.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong, or why it could not be tried; null where all mappings of what went are in swap.</returns>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public Finding? Run(CancellationToken cancellationToken)
    {
        PageMapping[] before = pages.Mappings();
        PageMapping[] after = Reclaim();
        var clock = Stopwatch.StartNew();
        while (after.Any(mapping => mapping.SwapPlace is null) && clock.Elapsed < Patience)
        {
            if (cancellationToken.WaitHandle.WaitOne(Pause))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            after = Reclaim();
        }

        string? failure = MigrationCheck.Swapped(before, after, out int swapped, out int mappings);
        SwappedPages = swapped;
        SwappedMappings = mappings;
        return Finding.Failure(failure) ?? (swapped > 0 ? null : Left(after));
    }

    private PageMapping[] Reclaim()
    {
        _rounds++;
        LruDrain.Run(new TriggerTarget(kernel, pages.Id, pages.Address, 1));
        pages.Group.Reclaim();
        return pages.Mappings();
    }

    // What takes an ordinary page of the same process and no merged one, however often it is asked, has not found the mappings of those.
    private Finding Left(PageMapping[] mappings) => pages.IsOtherSwapped
        ? Finding.Failure(MigrationCheck.NotSwapped(mappings, _rounds))!
        : Finding.Skipped(Text.Format(Messages.MigrationSwapLeft, _rounds), Messages.MigrationSwapLeftAction);
}
