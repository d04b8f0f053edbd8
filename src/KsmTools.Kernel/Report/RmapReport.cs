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
    /// <summary>Groups that are listed; the charts have fewer.</summary>
    internal const int MostListed = 40;

    private readonly WalkTimelines _timelines;
    private readonly List<RmapMeasuredSet> _sets = [];
    private readonly List<(string Name, string Value)> _facts = [];

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

    /// <summary>What the walks were taken on, and with which settings.</summary>
    internal IReadOnlyList<(string Name, string Value)> Facts => _facts;

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

    /// <summary>Notes when the walks of the next records of a trace were.</summary>
    /// <param name="records">The records, in the trace's order.</param>
    public void AddTimes(ReadOnlySpan<TraceRecord> records) => _timelines.Add(records);

    /// <summary>Notes when a walk was.</summary>
    /// <param name="walk">The walk.</param>
    public void AddTime(RmapWalk walk) => _timelines.Add(walk);

    /// <summary>A trace is over, and what comes next is another.</summary>
    public void CompleteTrace() => _timelines.Complete();

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
        List<ReportGroup> groups = Groups();
        if (groups.Count == 0)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, Title, Messages.NothingToReport, Messages.NothingToReportAction);
        }

        return format switch
        {
            RmapReportFormat.Html => Encoding.UTF8.GetBytes(HtmlPage.Write(this, groups)),
            RmapReportFormat.Svg => Encoding.UTF8.GetBytes(SvgText.File(ReportSheet.Draw(this, groups), Title)),
            RmapReportFormat.Png => PngFile.Paint(ReportSheet.Draw(this, groups)),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    /// <summary>What a reader should know of the walks' completeness.</summary>
    /// <param name="groups">The groups.</param>
    internal static IReadOnlyList<string> Notes(IReadOnlyList<ReportGroup> groups)
    {
        var notes = new List<string>();
        RmapWalkStatistics[] all = [.. groups.Select(group => group.Statistics)];

        // Each group of one trace says the losses of the whole trace.
        long? lost = all.Max(statistics => statistics.LostEvents);
        if (lost > 0)
        {
            notes.Add(Text.Format(all.Any(statistics => statistics.LostEventsIsLowerBound) ? Messages.ReportLostAtLeast : Messages.ReportLost, lost));
        }

        notes.Add(lost switch { null => Messages.ReportLostUnknown, 0 => Messages.ReportNothingLost, _ => Messages.ReportLostMeaning });
        long unmatched = all.Sum(statistics => (statistics.UnmatchedStarts ?? 0) + (statistics.UnmatchedEnds ?? 0));
        if (unmatched > 0)
        {
            notes.Add(Text.Format(Messages.ReportUnmatched, unmatched));
        }

        long backwards = all.Sum(statistics => statistics.TimeBackwards);
        if (backwards > 0)
        {
            notes.Add(Text.Format(Messages.ReportTimeBackwards, backwards));
        }

        if (all.Any(statistics => statistics.Approximate))
        {
            notes.Add(Messages.ReportApproximate);
        }

        if (all.Any(statistics => statistics.HasWideBuckets))
        {
            notes.Add(Messages.ReportBounds);
        }

        if (all.Any(statistics => statistics.TimeUnit == RmapTimeUnit.Ticks))
        {
            notes.Add(Messages.ReportTicks);
        }

        if (groups.Any(group => group.Timeline is null))
        {
            notes.Add(Messages.ReportNoTimeline);
        }

        return notes;
    }

    private List<ReportGroup> Groups()
    {
        Dictionary<string, Timeline> timelines = _timelines.ByName();
        var groups = new List<ReportGroup>();
        foreach (IGrouping<string, RmapMeasuredSet> sets in _sets.Where(set => set.Statistics.Count > 0).GroupBy(NameOf))
        {
            RmapWalkStatistics statistics = StatisticsSum.Of([.. sets.Select(set => set.Statistics)]);
            string plain = GroupName.Of(statistics).Replace(", at least", string.Empty, StringComparison.Ordinal);
            bool isOnly = _sets.Where(set => set.Statistics.Count > 0).Select(NameOf).Distinct().Count(name => name.StartsWith(plain, StringComparison.Ordinal)) == 1;
            groups.Add(new ReportGroup(TerminalText.Escape(sets.Key), statistics, isOnly ? timelines.GetValueOrDefault(plain) : null, (Ink)(groups.Count % Inks.Groups)));
        }

        return groups;
    }

    private static string NameOf(RmapMeasuredSet set) =>
        GroupName.Of(set.Statistics) + (set.MaxPageSharing is { } sharing ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", sharing {sharing}") : string.Empty);
}
