using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Benchmark;

/// <summary>The iterations of a row: pages, trace and trigger, and what came of them.</summary>
internal sealed class BenchmarkRun : IDisposable
{
    // Compaction that ended early may come farther the next time, for nothing. Then memory is arranged anew, and more of it, which takes another merging.
    private const int RoundsInPlace = 3;
    private const int MaximumRounds = 6 * RoundsInPlace;

    private readonly KernelTree _kernel;
    private readonly RmapBenchmarkOptions _options;
    private readonly RmapPageType _pageType;
    private readonly ActingCommand _command;
    private readonly BenchmarkSetUp _setUp;
    private readonly BenchmarkPlace _place;
    private readonly BenchmarkWalks _walks;
    private BystanderRecord _bystander = new();
    private readonly List<RmapTriggerResult> _triggers = [];
    private BenchmarkTrace? _trace;
    private RmapSourceRefusal[] _refusals = [];
    private bool _isUntraced;
    private int _rounds;
    private bool _hasMoved = true;
    private bool _wereUnmerged;
    private string? _whyNoBystander;
    private bool _wasCancelled;

    public BenchmarkRun(KernelTree kernel, RmapBenchmarkOptions options, RmapPageType pageType, ActingCommand command, BenchmarkSetUp setUp)
    {
        _kernel = kernel;
        _options = options;
        _pageType = pageType;
        _command = command;
        _setUp = setUp;
        _place = new BenchmarkPlace(kernel, options, setUp, Suits);
        _walks = new BenchmarkWalks(pageType);
        _isUntraced = options.Source == RmapBenchmarkSource.Elapsed;
        _whyNoBystander = !options.HasBystander ? Messages.BystanderNotAsked
            : options.Trigger != RmapTrigger.Auto && WalkTrigger.Of(options.Trigger).OnlyByName ? Text.Format(Messages.BystanderOnce, options.Trigger)
            : null;
    }

    /// <summary>Makes the kernel walk once, undisturbed.</summary>
    /// <exception cref="KsmToolsException">As <see cref="RmapBenchmark.Measure"/>.</exception>
    public void Walk(int iteration, CancellationToken cancellationToken) => UntilMoved(
        iteration,
        trigger =>
        {
            _trace?.Begin(_place.Pages, _pageType, _walks.Symbols);
            RmapTriggerResult result = trigger.Run(cancellationToken);
            _trace?.End(_walks, result.ThreadId, cancellationToken);
            return result;
        },
        result =>
        {
            if (_trace is null)
            {
                _walks.Add(result.ElapsedNanoseconds, result.ThreadId);
            }

            _triggers.Add(result);
        },
        cancellationToken);

    /// <summary>
    /// Makes the kernel walk again, with others that share memory with the pages at work: as many times, or once where it walks all pages. What goes wrong takes nothing from the walks that
    /// were measured.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Observe(CancellationToken cancellationToken)
    {
        _whyNoBystander ??= _place.Pages.WhyNoNeighbours;
        if (_whyNoBystander is not null)
        {
            return;
        }

        try
        {
            ObserveAll(cancellationToken);
        }
        catch (KsmToolsException failure)
        {
            _whyNoBystander = failure.Message;
            _bystander = new BystanderRecord();
        }
    }

    /// <summary>The row.</summary>
    public RmapBenchmarkResult Result() => Result(_kernel.Exists(KsmFiles.Run) ? new KsmConfigurationStore(_kernel).Read() : null);

    public void Dispose()
    {
        try
        {
            _trace?.Dispose();
        }
        finally
        {
            if (_wasCancelled)
            {
                _place.Abandon();
            }

            _place.Dispose();
        }
    }

    private void ObserveAll(CancellationToken cancellationToken)
    {
        bool isOver = false;
        for (int iteration = 0; iteration < _options.Iterations && !isOver; iteration++)
        {
            UntilMoved(
                iteration,
                trigger =>
                {
                    isOver = trigger.TakesAllMemory;
                    return Observe(trigger, iteration, cancellationToken);
                },
                result => _bystander.ElapsedNanoseconds += result.ElapsedNanoseconds,
                cancellationToken);
        }
    }

    private void UntilMoved(int iteration, Func<RmapTriggers, RmapTriggerResult> run, Action<RmapTriggerResult> take, CancellationToken cancellationToken)
    {
        try
        {
            for (int round = 0; ; round++)
            {
                _place.Prepare(iteration, round / RoundsInPlace, round % RoundsInPlace == 0, cancellationToken);
                StartTrace();
                RmapTriggers trigger = _place.Choose(iteration);
                _setUp.Walking(iteration);
                int walks = _walks.Walks.Count;
                RmapTriggerResult result = run(trigger);
                _wereUnmerged |= _setUp.MergedPages is { } merged && _place.Pages.MergingPages() < merged / 2;
                if (!trigger.TakesAllMemory)
                {
                    take(result);
                    return;
                }

                _rounds++;
                bool moved = _place.Moved is { } pages ? pages > 0 : _walks.Walks.Count > walks;
                if (moved || round + 1 == MaximumRounds)
                {
                    _hasMoved &= moved;
                    take(result);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            _wasCancelled = true;
            throw;
        }
    }

    private RmapTriggerResult Observe(RmapTriggers trigger, int iteration, CancellationToken cancellationToken)
    {
        if (iteration == 0)
        {
            _bystander = new BystanderRecord();
        }

        using var bystander = new Bystander(_place.Pages.Region!, trigger.TakesAllMemory ? null : _place.Pages.Chosen(iteration, _options.Iterations), trigger.Migrates);
        if (iteration == 0)
        {
            bystander.CountAlone(_bystander.Alone, cancellationToken);
        }

        var clock = new Stopwatch();
        _bystander.Beside.Clock = clock;
        bystander.Count(_bystander.Beside, cancellationToken);
        RmapTriggerResult result = trigger.Run(clock, cancellationToken);
        bystander.End(cancellationToken);
        return result;
    }

    private RmapBenchmarkResult Result(KsmConfiguration? settings) => new(_walks.Statistics())
    {
        MaxPageSharing = _pageType == RmapPageType.Ksm ? settings?.MaxPageSharing : null,
        Layout = _options.Layout,
        PageCount = _place.Pages.PageCount,
        MergedPages = _setUp.MergedPages,
        VmaCount = _place.Pages.VmaCount,
        Iterations = _triggers.Count,
        Trigger = _triggers[^1].Trigger,
        TriggerReason = _triggers[^1].Why,
        ElapsedNanoseconds = _triggers.Sum(trigger => trigger.ElapsedNanoseconds),
        Source = _trace is null ? RmapBenchmarkSource.Elapsed : Enum.Parse<RmapBenchmarkSource>(_trace.Source.ToString()),
        Unavailable = _trace is null ? _refusals : [.. _trace.Refusals],
        NotCovered = [.. _trace?.NotCovered ?? []],
        MissedReturns = _trace?.MissedReturns,
        Kernel = _kernel.ReadText("/proc/sys/kernel/osrelease") ?? string.Empty,
        WalkBounds = KsmWalkBoundsReader.Read(_kernel),
        Settings = settings,
        Time = DateTimeOffset.Now,
        Walks = [.. _walks.Walks],
        Triggers = [.. _triggers],
        Rounds = _rounds > 0 ? _rounds : null,
        NotMoved = _hasMoved ? string.Empty : _place.WhyNotArranged ?? Messages.BenchmarkNotMovedWhy,
        WereUnmerged = _wereUnmerged,
        NoBystander = _whyNoBystander ?? string.Empty,
        Bystanders = _bystander.Calls(),
        BystanderMaximumNanoseconds = _bystander.Maximum,
        BystanderP99Nanoseconds = _bystander.Percentile(99),
        BystanderElapsedNanoseconds = _bystander.Maximum is null ? null : _bystander.ElapsedNanoseconds,
        BystanderP50Nanoseconds = _bystander.Percentile(50),
    };

    private void StartTrace()
    {
        if (_trace is not null || _isUntraced)
        {
            return;
        }

        try
        {
            _trace = BenchmarkTrace.Start(_kernel, Enum.Parse<RmapTraceSource>(_options.Source.ToString()), _pageType, _command);
        }
        catch (KsmToolsException failure) when (_options.Source == RmapBenchmarkSource.Auto && failure.Reason is ErrorReason.ProbeNotAvailable or ErrorReason.TraceFsNotAvailable or ErrorReason.AccessDenied)
        {
            _refusals = [new RmapSourceRefusal(RmapTraceSource.Auto, failure.Message)];
            _isUntraced = true;
        }
    }

    // The migration tracepoints see migrations only. And one trigger for all rows makes them comparable: none that works for unshared pages only, unless it is asked for.
    private bool Suits(WalkTrigger trigger) =>
        (_trace is not { Source: RmapTraceSource.MigrationPte } || trigger.Migrates) && (trigger.WalksSharedPages || _options.Trigger == trigger.Kind);
}
