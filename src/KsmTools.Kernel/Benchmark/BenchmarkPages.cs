using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Memory.Triggers;
using KsmTools.Records;

namespace KsmTools.Benchmark;

/// <summary>The pages that a benchmark walks: a region of this process, or forked ones.</summary>
internal sealed class BenchmarkPages : IDisposable
{
    private readonly KernelTree _kernel;
    private readonly RmapRegion? _region;
    private readonly ForkedPages? _forked;
    private int[]? _chosen;

    private BenchmarkPages(KernelTree kernel, RmapRegion? region, ForkedPages? forked)
    {
        _kernel = kernel;
        _region = region;
        _forked = forked;
    }

    /// <summary>How many pages.</summary>
    public int PageCount => _region?.PageCount ?? _forked!.PageCount;

    /// <summary>How many VMAs are on the anon_vma, or on the file, of a page.</summary>
    public int VmaCount => _region?.VmaCount ?? _forked!.Mappings;

    /// <summary>The processes that map them.</summary>
    public IReadOnlyList<int> Ids => _forked?.Ids ?? [Environment.ProcessId];

    /// <summary>The address of the first page.</summary>
    public long Start => _region?.Address ?? _forked!.Address;

    /// <summary>The address behind the last.</summary>
    public long End => Start + ((long)PageCount * Environment.SystemPageSize);

    /// <summary>Checks that there is room for those of a row, before anything is changed for them: what others had merged may be unmerged by then.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>.</exception>
    public static void Require(KernelTree kernel, RmapBenchmarkOptions options)
    {
        if (options.Layout == RmapBenchmarkLayout.Forked)
        {
            foreach (RmapPageType type in options.PageTypes)
            {
                ForkedPages.Require(kernel, type, options.Iterations, options.Children);
            }
        }
        else
        {
            int mappings = options.Layout == RmapBenchmarkLayout.SplitVma ? options.PageCount : 1;
            RegionLimits.Check(kernel, (long)options.PageCount * Environment.SystemPageSize, mappings, isData: options.PageTypes.Any(type => type != RmapPageType.File));
        }
    }

    /// <summary>Maps and fills them.</summary>
    /// <exception cref="KsmToolsException">As <see cref="RmapRegion.Create"/> and <see cref="ForkedPages.Create"/>.</exception>
    public static BenchmarkPages Create(KernelTree kernel, RmapBenchmarkOptions options, RmapPageType pageType, CancellationToken cancellationToken) =>
        options.Layout == RmapBenchmarkLayout.Forked
            ? new BenchmarkPages(kernel, null, ForkedPages.Create(pageType, options.Iterations, options.Children, cancellationToken))
            : new BenchmarkPages(kernel, RmapRegion.Create(kernel, pageType, options.PageCount, options.Layout == RmapBenchmarkLayout.SplitVma, cancellationToken), null);

    /// <summary>The region of this process; null where they are other processes'.</summary>
    public RmapRegion? Region => _region;

    /// <summary>Why no VMAs beside them can be changed; null where they can.</summary>
    public string? WhyNoNeighbours => _region is null ? Messages.BystanderForked
        : PageCount < NeighbourVmas.FewestPages ? Text.Format(Messages.BystanderFewPages, PageCount, NeighbourVmas.FewestPages)
        : null;

    /// <summary>How many of the first no bystander changes.</summary>
    public int UndisturbedCount => WhyNoNeighbours is null ? NeighbourVmas.FirstOf(PageCount) : PageCount;

    /// <summary>The frame of each; null where it is hidden.</summary>
    public long?[] Frames() => new ProcessPages(_kernel).ReadFrames(_region?.Id ?? _forked!.Id, Start, PageCount);

    /// <summary>How many pages the processes that have them have merged; null where the kernel does not say.</summary>
    public long? MergingPages()
    {
        var reader = new KsmProcessReader(_kernel);
        return Ids.Aggregate((long?)0, (sum, id) => sum + (reader.TryRead(id, out KsmProcess? process) == Errno.None ? process?.MergingPages : null));
    }

    /// <summary>Which page of the region an iteration takes.</summary>
    public int Chosen(int iteration, int iterations)
    {
        _chosen ??= Choose(iterations);
        return _chosen[iteration % _chosen.Length];
    }

    /// <summary>The page of an iteration: another one each time, as long as there are others.</summary>
    /// <param name="iteration">From 0.</param>
    /// <param name="iterations">How many there will be.</param>
    /// <exception cref="KsmToolsException">As <see cref="TriggerTarget"/>.</exception>
    public TriggerTarget Target(int iteration, int iterations)
    {
        if (_region is null)
        {
            return new TriggerTarget(_kernel, _forked!.Id, Start + ((long)(iteration % PageCount) * Environment.SystemPageSize), 1);
        }

        return TriggerTarget.Of(_kernel, _region, 1, Chosen(iteration, iterations));
    }

    public void Dispose()
    {
        _region?.Dispose();
        _forked?.Dispose();
    }

    // Merged addresses share frames: of each frame one address, and of those some that lie far apart. Where frames are hidden every address may be a page of its own.
    private int[] Choose(int count)
    {
        long?[] frames = Frames();
        int[] distinct = [.. Enumerable.Range(0, PageCount).DistinctBy(index => frames[index] ?? -index - 1L)];
        int wanted = Math.Min(count, distinct.Length);
        return [.. Enumerable.Range(0, wanted).Select(index => distinct[(int)((index + 0.5) * distinct.Length / wanted)])];
    }
}
