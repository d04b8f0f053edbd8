using System.Text;
using System.Text.RegularExpressions;
using KsmTools.Records;
using KsmTools.Report;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Tests.Report;

/// <summary>What reports say of walks that they do not have.</summary>
public sealed class ReportNotesTests
{
    private static string Notes(params RmapWalkStatistics[] statistics) => string.Join('\n', ReportNotes.Of(ReportSamples.Groups([.. statistics.Select(one => new RmapMeasuredSet { Statistics = one })]), 1));

    private static RmapWalkStatistics Some(RmapPageType type = RmapPageType.Ksm) => ReportSamples.Of([5, 6]) with { PageType = type, LostEvents = 0, UnmatchedStarts = 0, UnmatchedEnds = 0, UnreadableEvents = 0 };

    [Fact]
    public void Whatever_is_missing_is_said()
    {
        Assert.StartsWith("No event was lost.", Notes(Some()), StringComparison.Ordinal);
        Assert.Contains("The kernel lost 1,234 events.", Notes(Some() with { LostEvents = 1234 }), StringComparison.Ordinal);
        Assert.Contains("at least 9 events", Notes(Some() with { LostEvents = 9, LostEventsIsLowerBound = true }), StringComparison.Ordinal);
        Assert.Contains("2 starts of walks have no end and 3 ends no start", Notes(Some() with { UnmatchedStarts = 2, UnmatchedEnds = 3 }), StringComparison.Ordinal);
        Assert.Contains("4 starts or ends of walks could not be read", Notes(Some() with { UnreadableEvents = 4 }), StringComparison.Ordinal);
        Assert.Contains("at least as long", Notes(Some() with { Approximate = true }), StringComparison.Ordinal);
        Assert.Contains("does not count nanoseconds", Notes(Some() with { TimeUnit = RmapTimeUnit.Ticks }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_not_said_to_be_nothing()
    {
        string notWhole = Notes(Some() with { LostEventsIsLowerBound = true });
        Assert.DoesNotContain("No event was lost.", notWhole, StringComparison.Ordinal);
        Assert.Contains("may lack walks", notWhole, StringComparison.Ordinal);
        Assert.Contains("Of some groups it is not known", Notes(Some(), Some(RmapPageType.File) with { LostEvents = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_without_walks_is_there_with_all_that_it_lacks()
    {
        RmapWalkStatistics none = new() { PageType = RmapPageType.File, UnmatchedStarts = 7, LostEvents = 0 };
        string notes = Notes(Some(), none);
        Assert.Contains("7 starts of walks have no end", notes, StringComparison.Ordinal);
        Assert.Contains("which are in the table only: File.", notes, StringComparison.Ordinal);
        Assert.Contains("<bdi>File</bdi></th><td data-of=\"Walks\">0</td>", HtmlPage.Write(ReportSamples.Contents(ReportSamples.Groups([new() { Statistics = Some() }, new() { Statistics = none }]))), StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_of_several_measurements_are_added_up_and_those_of_one_are_not()
    {
        RmapWalkStatistics[] first = Lossy(100, RmapPageType.Ksm, RmapPageType.Anon), second = Lossy(50, RmapPageType.File);
        Assert.Contains("The kernel lost 100 events.", Notes(first), StringComparison.Ordinal);
        Assert.Contains("The kernel lost 150 events.", Notes([.. first, .. second]), StringComparison.Ordinal);
        Assert.Contains("The kernel lost 100 events.", Notes([.. first, .. first]), StringComparison.Ordinal);
        Assert.Contains("The kernel lost at least 100 events.", Notes([first[0] with { Measurement = default }, second[0] with { Measurement = default }]), StringComparison.Ordinal);
        Assert.Contains("The kernel lost 50 events.", Notes([second[0] with { Measurement = default }]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_threads_are_called_puts_no_groups_together()
    {
        RmapMeasuredSet[] sets = [.. ((string?[])[null, "", "(all)", "(no name)"]).Select(name => new RmapMeasuredSet { Statistics = Some() with { PageType = null, Command = name } })];
        Assert.Equal(["(all)", "(no name)", "(all)", "(no name)"], ReportSamples.Groups(sets).Select(group => group.Name));
        Assert.All(ReportSamples.Groups(sets), group => Assert.Equal(sets[0].Statistics.Count, group.Statistics.Count));
    }

    [Fact]
    public void Nanoseconds_and_clock_steps_have_charts_of_their_own()
    {
        IReadOnlyList<ReportGroup> groups = ReportSamples.Groups([new() { Statistics = Some() }, new() { Statistics = Some() with { TimeUnit = RmapTimeUnit.Ticks } }]);
        Assert.Equal(["Ksm", "Ksm, clock steps"], groups.Select(group => group.Name));
        Assert.Equal(["How long walks took", "How long walks took, in clock steps"], ReportChart.Of(groups).Select(chart => chart.Title).Where(title => title.StartsWith("How", StringComparison.Ordinal)));
    }

    // "thread 1" is how "thread 12" begins.
    [Fact]
    public void The_times_of_a_group_are_not_those_of_another_whose_name_begins_alike()
    {
        RmapMeasuredSet[] sets = [.. ((int[])[1, 12]).Select(thread => new RmapMeasuredSet { Statistics = Some() with { ThreadId = thread } })];
        var timelines = sets.ToDictionary(set => TimelineKey.Of(set.Statistics), _ => new Timeline());
        Assert.All(ReportGroups.Of(sets, timelines), group => Assert.NotNull(group.Timeline));
        RmapMeasuredSet[] two = [.. ((long[])[16, 256]).Select(sharing => new RmapMeasuredSet { Statistics = sets[0].Statistics, MaxPageSharing = sharing })];
        Assert.All(ReportGroups.Of(two, timelines), group => Assert.Null(group.Timeline));
    }

    [Theory]
    [InlineData(RmapReportFormat.Html)]
    [InlineData(RmapReportFormat.Svg)]
    public void Walks_of_two_kernels_are_said_to_be_that(RmapReportFormat format)
    {
        var report = new RmapReport("x", RmapGroupBy.None, new SymbolTable());
        report.Add(new RmapMeasuredSet { Statistics = Some() });
        report.AddCondition("Kernel", "6.12.1");
        report.AddFact("Trace", "a");
        report.AddFact("Trace", "b");
        report.AddCondition("Kernel", "6.12.1");
        Assert.Empty(report.Warnings());
        report.AddCondition("Kernel", "6.18.2");
        string warning = Assert.Single(report.Warnings());
        Assert.Equal("Kernel is not the same for all walks, which are put together here. 2 are named: 6.12.1; 6.18.2.", warning);
        Assert.Contains(warning, Encoding.UTF8.GetString(report.Write(format)), StringComparison.Ordinal);
    }

    [Fact]
    public void Traces_of_one_name_are_told_apart_by_their_paths()
    {
        var report = new RmapReport("x", RmapGroupBy.None, new SymbolTable());
        report.Add(new RmapMeasuredSet { Statistics = Some() });
        foreach (string path in (string[])["/a/walks.dat", "/b/walks.dat", "/b/other.txt", "/a/walks.dat"])
        {
            report.AddTrace(path, path.EndsWith("dat", StringComparison.Ordinal) ? "TraceDat" : string.Empty);
        }

        string page = Encoding.UTF8.GetString(report.Write(RmapReportFormat.Html));
        string[] values = [.. Regex.Matches(page, "<dt>Trace</dt><dd>([^<]*)</dd>").Select(match => match.Groups[1].Value)];
        Assert.Equal(["/a/walks.dat (TraceDat)", "/b/walks.dat (TraceDat)", "other.txt"], values);
    }

    private static RmapWalkStatistics[] Lossy(long lost, params RmapPageType[] types)
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.PageType, new SymbolTable());
        measurement.Add([TraceRecord.Lost(TraceRecord.AnyCpu, lost)]);
        Array.ForEach(types, type => measurement.Add(new RmapWalk { PageType = type, DurationNanoseconds = 5 }));
        return [.. measurement.Statistics()];
    }
}
