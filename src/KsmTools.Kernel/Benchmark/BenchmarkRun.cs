using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Benchmark;

/// <summary>The iterations of a row: pages, trace and trigger, and what came of them.</summary>
internal sealed class BenchmarkRun(KernelTree kernel, RmapBenchmarkOptions options, RmapPageType pageType, ActingCommand command, BenchmarkSetUp setUp) : IDisposable
{
    private readonly BenchmarkWalks _walks = new(pageType);
    private readonly List<RmapTriggerResult> _triggers = [];
    private BenchmarkPages? _pages;
    private BenchmarkTrace? _trace;
    private RmapSourceRefusal[] _refusals = [];
    private bool _isUntraced = options.Source == RmapBenchmarkSource.Elapsed;
    private bool _spoils;
    private bool _wasCancelled;

    /// <summary>Makes the kernel walk once.</summary>
    /// <exception cref="KsmToolsException">As <see cref="RmapBenchmark.Measure"/>.</exception>
    public void Walk(int iteration, CancellationToken cancellationToken)
    {
        try
        {
            if (_spoils)
            {
                _pages?.Dispose();
                _pages = null;
            }

            _pages ??= setUp.Make(iteration, cancellationToken);
            StartTrace();
            RmapTriggers trigger = RmapTriggers.Choose(options.Trigger, _pages.Target(iteration, options.Iterations), Suits, Messages.TriggerDoesNotMigrate);

            // Compaction has done its work on all pages at once: the next one needs others.
            _spoils = trigger.TakesAllMemory;
            setUp.Walking(iteration);
            _trace?.Begin(_pages, pageType, _walks.Symbols);
            RmapTriggerResult result = trigger.Run(cancellationToken);
            if (_trace is not null)
            {
                _trace.End(_walks, result.ThreadId, cancellationToken);
            }
            else
            {
                _walks.Add(result.ElapsedNanoseconds, result.ThreadId);
            }

            _triggers.Add(result);
        }
        catch (OperationCanceledException)
        {
            _wasCancelled = true;
            throw;
        }
    }

    /// <summary>The row.</summary>
    public RmapBenchmarkResult Result() => Result(kernel.Exists(KsmFiles.Run) ? new KsmConfigurationStore(kernel).Read() : null);

    public void Dispose()
    {
        try
        {
            _trace?.Dispose();
        }
        finally
        {
            if (_wasCancelled && _pages is { } pages)
            {
                // The kernel may still be walking them for the trigger, and unmapping waits for the lock that the walks hold.
                _ = Task.Run(pages.Dispose);
            }
            else
            {
                _pages?.Dispose();
            }
        }
    }

    private RmapBenchmarkResult Result(KsmConfiguration? settings) => new(_walks.Statistics())
    {
        MaxPageSharing = pageType == RmapPageType.Ksm ? settings?.MaxPageSharing : null,
        Layout = options.Layout,
        PageCount = _pages!.PageCount,
        MergedPages = setUp.MergedPages,
        VmaCount = _pages.VmaCount,
        Iterations = _triggers.Count,
        Trigger = _triggers[^1].Trigger,
        TriggerReason = _triggers[^1].Why,
        ElapsedNanoseconds = _triggers.Sum(trigger => trigger.ElapsedNanoseconds),
        Source = _trace is null ? RmapBenchmarkSource.Elapsed : Enum.Parse<RmapBenchmarkSource>(_trace.Source.ToString()),
        Unavailable = _trace is null ? _refusals : [.. _trace.Refusals],
        NotCovered = [.. _trace?.NotCovered ?? []],
        MissedReturns = _trace?.MissedReturns,
        Kernel = kernel.ReadText("/proc/sys/kernel/osrelease") ?? string.Empty,
        WalkBounds = KsmWalkBoundsReader.Read(kernel),
        Settings = settings,
        Time = DateTimeOffset.Now,
        Walks = [.. _walks.Walks],
        Triggers = [.. _triggers],
    };

    private void StartTrace()
    {
        if (_trace is not null || _isUntraced)
        {
            return;
        }

        try
        {
            _trace = BenchmarkTrace.Start(kernel, Enum.Parse<RmapTraceSource>(options.Source.ToString()), pageType, command);
        }
        catch (KsmToolsException failure) when (options.Source == RmapBenchmarkSource.Auto && failure.Reason is ErrorReason.ProbeNotAvailable or ErrorReason.TraceFsNotAvailable or ErrorReason.AccessDenied)
        {
            _refusals = [new RmapSourceRefusal(RmapTraceSource.Auto, failure.Message)];
            _isUntraced = true;
        }
    }

    // The migration tracepoints see migrations only. And one trigger for all rows makes them comparable: none that works for unshared pages only, unless it is asked for.
    private bool Suits(WalkTrigger trigger) =>
        (_trace is not { Source: RmapTraceSource.MigrationPte } || trigger.Migrates) && (trigger.WalksSharedPages || options.Trigger == trigger.Kind);
}
