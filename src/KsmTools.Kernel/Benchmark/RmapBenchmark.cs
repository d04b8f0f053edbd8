using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Memory.Triggers;
using KsmTools.Records;

namespace KsmTools.Benchmark;

/// <summary>
/// Maps pages, has ksmd merge those that are to be, makes the kernel walk them and measures the walks, one row after the other. KSM's settings are the benchmark's
/// from <see cref="Begin"/> to <see cref="Dispose"/>, and the former ones afterwards.
/// </summary>
public sealed class RmapBenchmark : IDisposable
{
    private readonly KernelTree _kernel;
    private readonly RmapBenchmarkOptions _options;
    private readonly ActingCommand _command;
    private readonly KsmTemporarySettings? _settings;

    private RmapBenchmark(KernelTree kernel, RmapBenchmarkOptions options, ActingCommand command, IReadOnlyList<RmapBenchmarkCase> cases, KsmTemporarySettings? settings)
    {
        _kernel = kernel;
        _options = options;
        _command = command;
        _settings = settings;
        Cases = cases;
    }

    /// <summary>The rows.</summary>
    public IReadOnlyList<RmapBenchmarkCase> Cases { get; }

    /// <summary>The rows of a benchmark, after every check that changes nothing.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="options">What to measure.</param>
    /// <exception cref="KsmToolsException">As <see cref="Begin"/>.</exception>
    public static IReadOnlyList<RmapBenchmarkCase> Plan(KernelTree kernel, RmapBenchmarkOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        if (!kernel.IsLive)
        {
            throw PageErrors.ForCapturedTree(kernel.Root);
        }

        if (!options.PageTypes.Contains(RmapPageType.Ksm))
        {
            BenchmarkPages.Require(kernel, options);
            return [.. options.PageTypes.Distinct().Select(type => new RmapBenchmarkCase(type, null))];
        }

        CheckSharing(kernel, options);
        BenchmarkPages.Require(kernel, options);
        return [.. options.PageTypes.Distinct().SelectMany(type => type == RmapPageType.Ksm && options.MaxPageSharing.Count > 0
            ? options.MaxPageSharing.Distinct().Select(sharing => new RmapBenchmarkCase(type, sharing))
            : [new RmapBenchmarkCase(type, null)])];
    }

    /// <summary>Begins a benchmark.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.KnobNotSupported"/>, <see cref="ErrorReason.KnobValueInvalid"/>, <see cref="ErrorReason.AccessDenied"/>;
    /// <see cref="ErrorReason.KnobBusy"/>: another command changes settings, or <c>max_page_sharing</c> is to change while pages are merged;
    /// <see cref="ErrorReason.TriggerNotSupported"/>: a captured tree; <see cref="ErrorReason.MemoryInsufficient"/>: there is no room for the pages.
    /// </exception>
    public static RmapBenchmark Begin(KernelTree kernel, RmapBenchmarkOptions options, ActingCommand command)
    {
        IReadOnlyList<RmapBenchmarkCase> cases = Plan(kernel, options);
        return options.PageTypes.Contains(RmapPageType.Ksm)
            ? BeginMerging(kernel, _ => options, options.Unmerges, command)
            : new RmapBenchmark(kernel, options, command, cases, settings: null);
    }

    /// <summary>Begins a benchmark of KSM pages that depends on the settings there are; nobody changes them from there on.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="choose">What to measure, by the former settings.</param>
    /// <param name="unmerges">Whether what others have merged is to be unmerged.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException">As <see cref="Begin"/>.</exception>
    internal static RmapBenchmark BeginMerging(KernelTree kernel, Func<KsmConfiguration, RmapBenchmarkOptions> choose, bool unmerges, ActingCommand command)
    {
        // What is merged when nothing was before is the benchmark's own doing: it is taken back, which also lets max_page_sharing change.
        var settings = KsmTemporarySettings.Begin(kernel, command, () => unmerges || !KsmUnmerging.IsNeeded(kernel));
        try
        {
            RmapBenchmarkOptions options = choose(settings.Former);
            return new RmapBenchmark(kernel, options, command, Plan(kernel, options), settings);
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    /// <summary>Measures a row. Its pages and its trace session are gone when this returns or throws.</summary>
    /// <param name="row">One of <see cref="Cases"/>.</param>
    /// <param name="progress">Called at every step; may be null.</param>
    /// <param name="cancellationToken">Gives up. A trigger that the kernel is in goes on by itself until it is done.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.MemoryInsufficient"/>, <see cref="ErrorReason.MergeTimeout"/>, what <see cref="RmapTriggers"/> says of the trigger, and what sessions say of the source.
    /// </exception>
    public RmapBenchmarkResult Measure(RmapBenchmarkCase row, Action<RmapBenchmarkProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var setUp = new BenchmarkSetUp(_kernel, _options, _settings, row, progress);
        using var run = new BenchmarkRun(_kernel, _options, row.PageType, _command, setUp);
        for (int iteration = 0; iteration < _options.Iterations; iteration++)
        {
            run.Walk(iteration, cancellationToken);
        }

        run.Observe(cancellationToken);

        return run.Result();
    }

    /// <summary>Has a value of <c>max_page_sharing</c> put back in place of the former one.</summary>
    /// <param name="value">The value.</param>
    public void KeepMaxPageSharing(uint value) => _settings?.Keep(new KsmConfiguration { MaxPageSharing = value });

    /// <summary>The settings that are put back; null without KSM pages.</summary>
    internal KsmConfiguration? Former => _settings?.Former;

    /// <summary>Puts the former settings back.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public void Dispose() => _settings?.Dispose();

    private static void CheckSharing(KernelTree kernel, RmapBenchmarkOptions options)
    {
        var store = new KsmConfigurationStore(kernel);
        bool changes = false;
        foreach (uint value in options.MaxPageSharing)
        {
            changes |= store.Plan(new KsmConfiguration { MaxPageSharing = value }).Count > 0;
        }

        if (changes && !options.Unmerges && KsmUnmerging.IsNeeded(kernel))
        {
            throw new KsmToolsException(ErrorReason.KnobBusy, kernel.Locate(KsmFiles.PagesShared), KsmUnmerging.WhyBusy(kernel), Messages.SharingBusyAction);
        }
    }
}
