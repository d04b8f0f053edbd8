using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Merge;
using KsmTools.Records;

namespace KsmTools.Benchmark;

/// <summary>Makes the pages of a row: mapped, filled and, where they are to be, merged with ksmd stopped afterwards. ksmd holds folios while it compares them.</summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="options">What to measure.</param>
/// <param name="settings">KSM's settings while the benchmark runs; null without KSM pages.</param>
/// <param name="row">The row.</param>
/// <param name="progress">Called at every step; may be null.</param>
internal sealed class BenchmarkSetUp(
    KernelTree kernel, RmapBenchmarkOptions options, KsmTemporarySettings? settings, RmapBenchmarkCase row, Action<RmapBenchmarkProgress>? progress)
{
    /// <summary>How many pages of the last set-up were merged; null where none are to be.</summary>
    public long? MergedPages { get; private set; }

    /// <summary>How many pages there will be.</summary>
    public int PageCount => options.Layout != RmapBenchmarkLayout.Forked ? options.PageCount
        : row.PageType == RmapPageType.Ksm ? (options.Children + 1) * options.Iterations
        : options.Iterations;

    /// <summary>Makes pages.</summary>
    /// <param name="iteration">The iteration that they are for.</param>
    /// <param name="cancellationToken">Gives up, leaving nothing mapped.</param>
    /// <exception cref="KsmToolsException">As <see cref="RmapBenchmark.Measure"/>.</exception>
    public BenchmarkPages Make(int iteration, CancellationToken cancellationToken)
    {
        progress?.Invoke(new RmapBenchmarkProgress(RmapBenchmarkStep.Mapping, iteration, 0));
        if (row.MaxPageSharing is { } sharing && new KsmConfigurationStore(kernel).Read().MaxPageSharing != sharing)
        {
            // The kernel refuses while anything is merged: what the row before has left in the counters, too. What others had merged before is not to be unmerged for this.
            settings!.Apply(new KsmConfiguration { Run = settings.Unmerges ? KsmRunState.Unmerged : null, MaxPageSharing = sharing });
        }

        BenchmarkPages pages = BenchmarkPages.Create(kernel, options, row.PageType, cancellationToken);
        try
        {
            if (row.PageType == RmapPageType.Ksm)
            {
                Merge(iteration, pages, cancellationToken);
            }

            return pages;
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    /// <summary>The kernel is about to walk.</summary>
    public void Walking(int iteration) => progress?.Invoke(new RmapBenchmarkProgress(RmapBenchmarkStep.Walking, iteration, MergedPages ?? 0));

    private void Merge(int iteration, BenchmarkPages pages, CancellationToken cancellationToken)
    {
        var run = new KsmMergeRun(kernel, new KsmMergeOptions { Timeout = options.MergeTimeout, ProcessIds = pages.Ids });
        KsmMergeResult merge = run.Run(
            settings!, state => progress?.Invoke(new RmapBenchmarkProgress(RmapBenchmarkStep.Merging, iteration, state.PagesMerged)), cancellationToken);
        MergedPages = Math.Min(merge.PagesMerged, (long)pages.PageCount * pages.Ids.Count);
        if (run.FailureOf(merge) is { } failure)
        {
            throw failure.Reason != ErrorReason.MergeTimeout ? failure : new KsmToolsException(
                ErrorReason.MergeTimeout,
                kernel.Locate(KsmFiles.Folder),
                Text.Format(Messages.MergeTimeout, options.MergeTimeout.TotalSeconds, merge.FullScans),
                Messages.BenchmarkMergeTimeoutAction);
        }
    }
}
