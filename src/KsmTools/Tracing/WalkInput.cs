using System.Management.Automation;
using KsmTools.Benchmark;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>
/// Takes whatever holds walks: walks, events, statistics, benchmark results, what became of these in Clixml or JSON, and trace files by name. What is none of these
/// is an error of its own, and the rest goes on.
/// </summary>
/// <param name="command">Who takes it; errors and warnings go to it.</param>
/// <param name="groupBy">What walks, events and files are grouped by.</param>
/// <param name="format">The format of files.</param>
/// <param name="filter">The walks that are wanted.</param>
internal sealed class WalkInput(KsmToolsCommand command, RmapGroupBy groupBy, TraceFormat format, RecordFilter filter)
{
    private readonly List<RmapMeasuredSet> _sets = [];
    private readonly List<string> _files = [];
    private int _filesRead;
    private readonly RmapWalkTransformationAttribute _walks = new();
    private readonly RmapEventTransformationAttribute _events = new();
    private RmapWalkMeasurement? _measurement;

    /// <summary>The files that were named.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>The names that records hold by number.</summary>
    public SymbolTable Symbols { get; } = new();

    /// <summary>Sees every walk, as an object.</summary>
    public Action<RmapWalk>? OnWalk { get; init; }

    /// <summary>Sees every event, as an object.</summary>
    public Action<RmapEvent>? OnEvent { get; init; }

    /// <summary>Sees every benchmark result and the like: an object that says what it was taken on.</summary>
    public Action<PropertyBag>? OnResult { get; init; }

    /// <summary>Sees a file before it is read.</summary>
    public Action<ITraceReader>? OnReader { get; init; }

    /// <summary>Sees the records of a file.</summary>
    public Action<ReadOnlySpan<TraceRecord>>? OnRecords { get; init; }

    /// <summary>Hears that a file is read.</summary>
    public Action? OnComplete { get; init; }

    private RmapWalkMeasurement Measurement => _measurement ??= new RmapWalkMeasurement(groupBy, Symbols, filter);

    /// <summary>That what was measured already cannot be filtered.</summary>
    /// <param name="target">What was measured.</param>
    public static KsmToolsException StatisticsHaveNoWalks(object? target) =>
        new(ErrorReason.KnobValueInvalid, target, ModuleMessages.StatisticsHaveNoWalks, ModuleMessages.StatisticsHaveNoWalksAction);

    /// <summary>Takes an object, or each of a list.</summary>
    public void Add(object input)
    {
        object value = PSObject.AsPSObject(input).BaseObject;
        if (value is RmapWalk or RmapEvent or RmapWalkStatistics or string or FileSystemInfo || LanguagePrimitives.GetEnumerable(value) is not { } items)
        {
            AddOne(input, value);
            return;
        }

        foreach (object? item in items)
        {
            if (item is not null)
            {
                Add(item);
            }
        }
    }

    /// <summary>Takes traces, which are read by <see cref="ReadFiles"/>: only once all are known is it known which of them are one timeline.</summary>
    /// <param name="paths">Their names.</param>
    /// <param name="literal">Whether wildcards are characters like any other.</param>
    public void AddFiles(string[] paths, bool literal)
    {
        _files.AddRange(TracePaths.Resolve(command, paths, literal));
    }

    /// <summary>Reads and measures the traces that were taken since it was called last.</summary>
    public void ReadFiles()
    {
        var timelines = new TraceTimelines(format, (file, symbols) => TraceReaders.OpenWalks(file, format, symbols).OnlyWalks(filter), Symbols);
        foreach (TraceTimeline timeline in timelines.Of(_files[_filesRead..], command.PipelineStopToken))
        {
            Read(timeline.Open);
        }

        _filesRead = _files.Count;
    }

    /// <summary>Reads and measures a trace.</summary>
    /// <param name="open">Opens it, with this symbol table.</param>
    public void AddReader(Func<ITraceReader> open) => Read(() => open().OnlyWalks(filter));

    /// <summary>Everything that was taken, one set for each group and input.</summary>
    public IReadOnlyList<RmapMeasuredSet> Sets()
    {
        ReadFiles();
        return [.. _sets, .. (_measurement?.Statistics() ?? []).Select(statistics => new RmapMeasuredSet { Statistics = statistics })];
    }

    private void Read(Func<ITraceReader> open) =>
        new TraceMeasuring(command, Measurement) { OnReader = OnReader, OnRecords = OnRecords, OnComplete = OnComplete }.Read(open);

    private void AddOne(object input, object value)
    {
        switch (value)
        {
            case string path:
                AddFiles([path], literal: false);
                return;
            case FileInfo file:
                AddFiles([file.FullName], literal: true);
                return;
            case RmapWalkStatistics statistics:
                AddStatistics(statistics, PropertyBag.OfAny(input, nameof(RmapWalkStatistics.Count), nameof(RmapWalkStatistics.Histogram))!);
                return;
        }

        if (_walks.Transform(null!, input) is var walk && Unwrap(walk) is RmapWalk one)
        {
            if (Measurement.Add(one))
            {
                AddWalk(one);
            }
        }
        else if (Unwrap(_events.Transform(null!, input)) is RmapEvent item)
        {
            Measurement.Add(item);
            OnEvent?.Invoke(item);
        }
        else if (PropertyBag.OfAny(input, nameof(RmapWalkStatistics.Count), nameof(RmapWalkStatistics.Histogram)) is { } bag)
        {
            AddStatistics(SavedStatistics.Of(bag), bag);
        }
        else
        {
            command.WriteFailure(new KsmToolsException(
                ErrorReason.KnobValueInvalid, input, MessageText.Format(ModuleMessages.NoWalkInput, TerminalText.Quote(value.ToString() ?? string.Empty), value.GetType().Name), ModuleMessages.NoWalkInputAction));
        }
    }

    private void AddStatistics(RmapWalkStatistics? statistics, PropertyBag bag)
    {
        if (!filter.IsEmpty)
        {
            command.WriteFailure(StatisticsHaveNoWalks(statistics));
            return;
        }

        if (statistics is null || (statistics.Count > 0 && statistics.Histogram.Sum(bucket => bucket.Count) != statistics.Count))
        {
            command.WriteFailure(new KsmToolsException(ErrorReason.KnobValueInvalid, statistics, ModuleMessages.NoHistogram, ModuleMessages.NoHistogramAction));
            return;
        }

        _sets.Add(new RmapMeasuredSet
        {
            Statistics = statistics,
            MaxPageSharing = bag.Maybe<long>(nameof(RmapMeasuredSet.MaxPageSharing)),
            IsOfTriggers = bag.Maybe<RmapBenchmarkSource>(nameof(RmapBenchmarkResult.Source)) == RmapBenchmarkSource.Elapsed,
        });
        OnResult?.Invoke(bag);
        if (OnWalk is not null)
        {
            foreach (object walk in bag.Items("Walks"))
            {
                if (Unwrap(_walks.Transform(null!, walk)) is RmapWalk one)
                {
                    AddWalk(one);
                }
            }
        }
    }

    private void AddWalk(RmapWalk walk) => OnWalk?.Invoke(walk);

    private static object Unwrap(object value) => value is PSObject item ? item.BaseObject : value;
}
