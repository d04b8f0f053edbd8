using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Merge;

/// <summary>Drives ksmd at full speed until merging has converged, and puts the settings back.</summary>
public sealed class KsmMergeRun
{
    // ksmd adds to pages_scanned after every batch; one that has not done so for this long, and was asleep at every one of these looks, has nothing
    // to scan. On a busy machine few looks come in that time, and ksmd may nap at one.
    private static readonly TimeSpan IdleTime = TimeSpan.FromMilliseconds(500);
    private const int IdleLooks = 8;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly KernelTree _kernel;
    private readonly KsmMergeOptions _options;
    private readonly KsmMergeTarget _target;
    private bool _isStoppedByOthers;

    /// <summary>A run on one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="options">How to drive ksmd.</param>
    public KsmMergeRun(KernelTree kernel, KsmMergeOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        _kernel = kernel;
        _options = options;
        _target = new KsmMergeTarget(kernel, options.ProcessIds);
    }

    /// <summary>Runs. The former settings are back when this returns or throws.</summary>
    /// <param name="command">The command.</param>
    /// <param name="progress">Called at every look at the counters; may be null.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <returns>The result; <see cref="KsmMergeResult.Converged"/> is false when the time ran out.</returns>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.ProcessNotFound"/>, <see cref="ErrorReason.KnobBusy"/>, and all of <see cref="KsmSettings.Set"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public KsmMergeResult Run(ActingCommand command, Action<KsmMergeProgress>? progress, CancellationToken cancellation)
    {
        using KsmTemporarySettings settings = KsmTemporarySettings.Begin(_kernel, command);
        return Run(settings, () => End(settings), progress, cancellation);
    }

    /// <summary>The failure to tell of where the time ran out, or somebody else stopped ksmd; null where merging has converged.</summary>
    /// <param name="result">What the run did.</param>
    /// <returns><see cref="ErrorReason.MergeTimeout"/>, <see cref="ErrorReason.KnobBusy"/>, or null.</returns>
    public KsmToolsException? FailureOf(KsmMergeResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Converged ? null
            : _isStoppedByOthers ? new KsmToolsException(
                ErrorReason.KnobBusy,
                _kernel.Locate(KsmFiles.Run),
                Text.Format(Messages.MergeStopped, _kernel.Locate(KsmFiles.Run), result.FullScans),
                Messages.MergeStoppedAction)
            : new KsmToolsException(
                ErrorReason.MergeTimeout,
                _kernel.Locate(KsmFiles.Folder),
                Text.Format(_kernel.IsLive ? Messages.MergeTimeout : Messages.MergeTimeoutInTree, _options.Timeout.TotalSeconds, result.FullScans),
                _kernel.IsLive ? Messages.MergeTimeoutAction : Messages.CapturedTreeHasNoMemoryAction);
    }

    /// <summary>What is worth saying about a run that converged because nothing on the machine is mergeable; null where something is.</summary>
    /// <param name="result">What the run did.</param>
    public static string? RemarkOn(KsmMergeResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result is { Converged: true, After: { PagesShared: 0, PagesSharing: 0, PagesUnshared: 0, PagesVolatile: 0, KsmZeroPages: null or <= 0 } }
            ? $"{Messages.MergeNothingMergeable} {Messages.DiagnosisNothingMergeableRemedy}"
            : null;
    }

    /// <summary>Runs as part of something longer, whose settings go on to be the run's, with ksmd stopped.</summary>
    /// <param name="settings">The settings of that while.</param>
    /// <param name="progress">Called at every look at the counters; may be null.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="KsmToolsException">As <see cref="KsmConfigurationStore.Apply"/>.</exception>
    internal KsmMergeResult Run(KsmTemporarySettings settings, Action<KsmMergeProgress>? progress, CancellationToken cancellation) =>
        Run(settings, () => settings.Apply(new KsmConfiguration { Run = KsmRunState.Stopped }), progress, cancellation);

    private KsmMergeResult Run(KsmTemporarySettings settings, Action stop, Action<KsmMergeProgress>? progress, CancellationToken cancellation)
    {
        var reader = new KsmStatusReader(_kernel);
        KsmStatus before = reader.Read();
        using var counters = new KsmCounters(_kernel);
        long mergedBefore = _target.MergedBefore(counters, cancellation);
        MergeableFrames? framesBefore = _target.FramesBefore(cancellation);
        var clock = Stopwatch.StartNew();
        settings.Apply(Drive(settings.Former));
        Outcome outcome = Watch(counters, mergedBefore, clock, progress, cancellation);
        stop();
        clock.Stop();

        KsmStatus after = reader.Read();
        long merged = _target.Merged(counters) - mergedBefore;
        return new KsmMergeResult
        {
            Before = before,
            After = after,
            FullScans = outcome.FullScans,
            Duration = clock.Elapsed,
            PagesMerged = merged,
            BytesSaved = _target.IsEverybody ? after.SavedBytes - before.SavedBytes : (_target.Freed(framesBefore) ?? merged) * before.PageSize,
            PagesScannedPerSecond = (after.PagesScanned - before.PagesScanned) / clock.Elapsed.TotalSeconds,
            Converged = outcome.Converged,
        };
    }

    // Smart scan passes over pages that did not merge lately; while it is on, a quiet scan does not prove that nothing is left to merge.
    private KsmConfiguration Drive(KsmConfiguration former) => new()
    {
        AdvisorMode = former.AdvisorMode is null ? null : KsmAdvisorMode.None,
        SmartScan = former.SmartScan is null ? null : false,
        PagesToScan = _options.PagesToScan,
        SleepMilliseconds = _options.SleepMilliseconds,
        Run = KsmRunState.Running,
    };

    private void End(KsmTemporarySettings settings)
    {
        if (_options.KeepRunning || _options.KeepSettings)
        {
            settings.Keep(new KsmConfiguration
            {
                Run = _options.KeepRunning ? KsmRunState.Running : null,
                PagesToScan = _options.KeepSettings ? _options.PagesToScan : null,
                SleepMilliseconds = _options.KeepSettings ? _options.SleepMilliseconds : null,
                AdvisorMode = _options.KeepSettings && settings.Former.AdvisorMode is not null ? KsmAdvisorMode.None : null,
            });
        }

        settings.Dispose();
    }

    private Outcome Watch(
        KsmCounters counters, long mergedBefore, Stopwatch clock, Action<KsmMergeProgress>? progress, CancellationToken cancellation)
    {
        long firstScan = counters.FullScans;
        long scans = 0;
        long mergedAtBoundary = mergedBefore;
        long scanned = counters.PagesScanned ?? 0;
        TimeSpan boundary = TimeSpan.Zero;
        TimeSpan lastMovement = TimeSpan.Zero;
        int looksAsleep = 0;
        TimeSpan wait = TimeSpan.FromMilliseconds(1);
        var ksmd = new KsmdThread(_kernel);
        while (clock.Elapsed < _options.Timeout)
        {
            if (cancellation.WaitHandle.WaitOne(wait))
            {
                throw new OperationCanceledException(cancellation);
            }

            TimeSpan now = clock.Elapsed;
            long scansNow = counters.FullScans - firstScan;
            long scannedNow = counters.PagesScanned ?? 0;
            if (scansNow != scans)
            {
                long merged = _target.Merged(counters);
                if (HasConverged(scansNow, merged == mergedAtBoundary, counters))
                {
                    return new Outcome(scansNow, Converged: true);
                }

                // A look takes microseconds; sixteen of them in a scan keep the overshoot below a tenth of it.
                wait = TimeSpan.FromMilliseconds(Math.Clamp((now - boundary).TotalMilliseconds / (16 * (scansNow - scans)), 1, LongestWait.TotalMilliseconds));
                mergedAtBoundary = merged;
                boundary = now;
                scans = scansNow;
                lastMovement = now;
                looksAsleep = 0;
            }
            else if (scannedNow != scanned || !ksmd.IsAsleep)
            {
                // Before Linux 6.6 nothing counts within a scan, and on a busy machine ksmd may wait long for a processor: awake is movement, too.
                scanned = scannedNow;
                lastMovement = now;
                looksAsleep = 0;
                wait = scans > 0 ? wait : TimeSpan.FromMilliseconds(Math.Min(wait.TotalMilliseconds * 1.5, LongestWait.TotalMilliseconds));
            }
            else if (++looksAsleep >= IdleLooks && now - lastMovement > IdleTime && IsStoppedByOthers())
            {
                return new Outcome(scans, Converged: false);
            }
            else if (looksAsleep >= IdleLooks && now - lastMovement > IdleTime && counters.PagesUnmerged == 0 && counters.PagesMerged == 0)
            {
                return new Outcome(scans, Converged: true);
            }

            progress?.Invoke(new KsmMergeProgress(scans, _target.Merged(counters) - mergedBefore, now));
        }

        return new Outcome(counters.FullScans - firstScan, Converged: false);
    }

    // ksmd sleeps then, too, and after an unmerge it knows nothing: that is not for lack of memory to scan.
    private bool IsStoppedByOthers()
    {
        _isStoppedByOthers = !KsmdThread.Runs(_kernel);
        return _isStoppedByOthers;
    }

    // The scan under way at the start covers only what ksmd's cursor had not passed, so one fewer than the counted scans are whole. A page
    // is placed at its second sighting: when none is left unplaced, or a second whole scan has merged nothing, no more will merge.
    private bool HasConverged(long scans, bool quiet, KsmCounters counters) =>
        scans >= _options.FullScans && scans >= 2 && (counters.PagesVolatile == 0 || _target.IsAllMerged() || (scans >= 3 && quiet));

    private readonly record struct Outcome(long FullScans, bool Converged);
}
