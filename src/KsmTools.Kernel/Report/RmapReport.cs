using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Report;

/// <summary>
/// A report of walks in one file: distribution, percentiles, when the walks were, what they were taken on and what is missing. Its size does not grow with the
/// number of walks.
/// </summary>
public sealed class RmapReport
{
    private readonly WalkTimelines _timelines;
    private readonly List<RmapMeasuredSet> _sets = [];
    private readonly List<(string Name, string Value)> _facts = [];
    private readonly OrderedDictionary<string, string> _traces = [];
    private readonly HashSet<(string Name, string Of, string Value)> _conditions = [];
    private int _recordings;
    private bool _hasTimes;

    /// <summary>A report of nothing yet.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="groupBy">What walks are grouped by.</param>
    /// <param name="symbols">The table of the readers whose records it is of.</param>
    /// <param name="filter">The walks of traces that are wanted; null for all.</param>
    public RmapReport(string title, RmapGroupBy groupBy, SymbolTable symbols, RecordFilter? filter = null)
    {
        Title = title;
        _timelines = new WalkTimelines(groupBy, symbols, filter ?? new RecordFilter());
    }

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>When it is written.</summary>
    public DateTimeOffset Time { get; init; } = DateTimeOffset.Now;

    /// <summary>Notes something that the walks were taken on: a kernel, a setting. What is noted twice is said once.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="value">Its value.</param>
    public void AddFact(string name, string value)
    {
        (string, string) fact = (TerminalText.Escape(name), TerminalText.Escape(value));
        if (!_facts.Contains(fact))
        {
            _facts.Add(fact);
        }
    }

    /// <summary>Notes a trace that walks are of. The report has its name, or its path where several have one name.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="format">What it is; empty where nobody knows.</param>
    public void AddTrace(string path, string format) => _ = _traces.TryAdd(path, format);

    /// <summary>Notes something that all walks should have in common: the kernel, a setting. Where they have not, <see cref="Warnings"/> says so.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="value">Its value.</param>
    /// <param name="of">Which walks have it in common; empty for all.</param>
    public void AddCondition(string name, string value, string of = "")
    {
        ArgumentNullException.ThrowIfNull(of);
        AddFact(name, value);
        _ = _conditions.Add((TerminalText.Escape(name), of, TerminalText.Escape(value)));
    }

    /// <summary>What a reader should hear before all else: walks of several kernels or settings are put together. The report says it too.</summary>
    public IReadOnlyList<string> Warnings() =>
    [
        .. _conditions.GroupBy(condition => (condition.Name, condition.Of)).Where(values => values.Count() > 1)
            .SelectMany(values => values).Select(condition => (condition.Name, condition.Value)).Distinct().GroupBy(condition => condition.Name)
            .Select(values => Text.Format(Messages.ReportMixed, values.Key, values.Count(), string.Join("; ", values.Select(condition => condition.Value)))),
    ];

    /// <summary>Notes when the walks of the next records of a trace were.</summary>
    /// <param name="records">The records, in the trace's order.</param>
    public void AddTimes(ReadOnlySpan<TraceRecord> records)
    {
        _hasTimes |= !records.IsEmpty;
        _timelines.Add(records);
    }

    /// <summary>Notes when the walks of the next event were.</summary>
    /// <param name="item">The event.</param>
    public void AddTime(RmapEvent item) => _timelines.Add(item);

    /// <summary>Notes when a walk was.</summary>
    /// <param name="walk">The walk.</param>
    public void AddTime(RmapWalk walk) => _timelines.Add(walk);

    /// <summary>A trace is over, and what comes next is another.</summary>
    public void CompleteTrace()
    {
        _recordings += _hasTimes ? 1 : 0;
        _hasTimes = false;
        _timelines.Complete();
    }

    /// <summary>Takes the statistics that the report is of.</summary>
    /// <param name="set">Statistics with their histogram.</param>
    public void Add(RmapMeasuredSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        _sets.Add(set);
    }

    /// <summary>The file.</summary>
    /// <param name="format">What it is written as.</param>
    /// <exception cref="KsmToolsException">There are no walks; or PNG is asked for and there is nothing here to paint with.</exception>
    public byte[] Write(RmapReportFormat format)
    {
        IReadOnlyList<ReportGroup> groups = ReportGroups.Of(_sets, _timelines.ByGroup());
        if (groups.All(group => group.Statistics.Count == 0))
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, Title, Messages.NothingToReport, Messages.NothingToReportAction);
        }

        var contents = new ReportContents(
            Title,
            Text.Format(Messages.ReportWritten, Time.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)),
            Warnings(),
            groups,
            [.. _facts, .. Traces()],
            [.. ReportNotes.Of(groups, _recordings)]);
        return format switch
        {
            RmapReportFormat.Html => Encoding.UTF8.GetBytes(HtmlPage.Write(contents)),
            RmapReportFormat.Svg => Encoding.UTF8.GetBytes(SvgText.File(ReportSheet.Draw(contents), Title)),
            RmapReportFormat.Png => PngFile.Paint(ReportSheet.Draw(contents.Paintable())),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    private IEnumerable<(string Name, string Value)> Traces() =>
        from sameName in _traces.GroupBy(trace => Path.GetFileName(trace.Key))
        from trace in sameName
        let name = sameName.Skip(1).Any() ? trace.Key : sameName.Key
        select ("Trace", TerminalText.Escape(trace.Value.Length == 0 ? name : $"{name} ({trace.Value})"));
}
