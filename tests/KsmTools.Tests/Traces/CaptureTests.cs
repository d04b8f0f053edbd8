using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Traces;

/// <summary>Real traces give the figures that an independent script found in them (microseconds).</summary>
public sealed class CaptureTests
{
    [Theory]
    [InlineData("6.12-native/ksm.trace.txt", RmapPageType.Ksm, 6, 539426, 1130839.833, 1720814)]
    [InlineData("6.12-native/anon.trace.txt", RmapPageType.Anon, 6, 22, 163.333, 552)]
    [InlineData("6.12-native/file.trace.txt", RmapPageType.File, 6, 18, 126.167, 485)]
    [InlineData("6.12-native/mixed.trace.txt.gz", RmapPageType.Ksm, 8, 42874, 81385.875, 114312)]
    [InlineData("6.12-native/mixed.trace.txt.gz", RmapPageType.Anon, 4800, 2, 21.934, 8593)]
    [InlineData("6.12-native/mixed.trace.txt.gz", RmapPageType.File, 3600, 2, 39.492, 12069)]
    [InlineData("6.12-native-fixed/ksm.trace.txt", RmapPageType.Ksm, 6, 412, 690.833, 1417)]
    [InlineData("6.12-native-fixed/anon.trace.txt", RmapPageType.Anon, 6, 10, 168.333, 669)]
    [InlineData("6.12-native-fixed/file.trace.txt", RmapPageType.File, 6, 8, 77.500, 251)]
    [InlineData("6.12-native-fixed/mixed.trace.txt.gz", RmapPageType.Ksm, 8, 365, 481.000, 872)]
    [InlineData("6.12-native-fixed/mixed.trace.txt.gz", RmapPageType.Anon, 4800, 2, 23.604, 8236)]
    [InlineData("6.12-native-fixed/mixed.trace.txt.gz", RmapPageType.File, 3600, 2, 22.670, 8288)]
    [InlineData("6.12-kprobe/ksm.trace.txt", RmapPageType.Ksm, 6, 546614, 890132.500, 1210600)]
    [InlineData("6.12-kprobe/anon.trace.txt", RmapPageType.Anon, 6, 13, 95.333, 351)]
    [InlineData("6.12-kprobe/file.trace.txt", RmapPageType.File, 6, 12, 81.500, 236)]
    [InlineData("6.12-kprobe/mixed.trace.txt.gz", RmapPageType.Ksm, 8, 28285, 41385.625, 56111)]
    [InlineData("6.12-kprobe/mixed.trace.txt.gz", RmapPageType.Anon, 4800, 3, 41.442, 12194)]
    [InlineData("6.12-kprobe/mixed.trace.txt.gz", RmapPageType.File, 3600, 3, 54.118, 8544)]
    [InlineData("6.12-fprobe/ksm.trace.txt", RmapPageType.Ksm, 6, 1080978, 2089638.167, 3170104)]
    [InlineData("6.12-fprobe/anon.trace.txt", RmapPageType.Anon, 6, 34, 168.833, 545)]
    [InlineData("6.12-fprobe/file.trace.txt", RmapPageType.File, 6, 39, 165.500, 489)]
    [InlineData("6.12-fprobe/mixed.trace.txt.gz", RmapPageType.Ksm, 8, 33809, 59236.125, 94901)]
    [InlineData("6.12-fprobe/mixed.trace.txt.gz", RmapPageType.Anon, 4800, 4, 45.569, 9644)]
    [InlineData("6.12-fprobe/mixed.trace.txt.gz", RmapPageType.File, 3600, 4, 45.228, 10648)]
    [InlineData("6.12-module/ksm.trace.txt", RmapPageType.Ksm, 6, 945547, 1372961.833, 1979681)]
    [InlineData("6.12-module/anon.trace.txt", RmapPageType.Anon, 6, 19, 213.833, 856)]
    [InlineData("6.12-module/file.trace.txt", RmapPageType.File, 6, 33, 164.667, 444)]
    [InlineData("6.12-module/mixed.trace.txt.gz", RmapPageType.Ksm, 8, 29407, 43426.250, 57871)]
    [InlineData("6.12-module/mixed.trace.txt.gz", RmapPageType.Anon, 4800, 2, 35.524, 8829)]
    [InlineData("6.12-module/mixed.trace.txt.gz", RmapPageType.File, 3600, 2, 35.307, 11918)]
    [InlineData("6.1-kprobe/ksm.trace.txt", RmapPageType.Ksm, 6, 581012, 1171917.667, 1659650)]
    [InlineData("6.1-kprobe/anon.trace.txt", RmapPageType.Anon, 6, 18, 135.500, 458)]
    [InlineData("6.1-kprobe/file.trace.txt", RmapPageType.File, 6, 48, 99.000, 272)]
    [InlineData("6.1-kprobe/mixed.trace.txt.gz", RmapPageType.Ksm, 8, 44481, 65089.000, 87318)]
    [InlineData("6.1-kprobe/mixed.trace.txt.gz", RmapPageType.Anon, 4800, 4, 42.449, 12320)]
    [InlineData("6.1-kprobe/mixed.trace.txt.gz", RmapPageType.File, 3600, 4, 46.208, 8585)]
    [InlineData("large/large.trace.txt.gz", RmapPageType.Anon, 120000, 2, 4.799, 263)]
    [InlineData("thp-locked/locked.trace.txt.gz", RmapPageType.Anon, 1028, 2, 0, 0)]
    public void A_capture_gives_its_known_figures(string name, RmapPageType type, long count, long minimum, double mean, long maximum)
    {
        IReadOnlyList<RmapWalkStatistics> all = TraceHelp.Measure(Checkout.Data("captures/" + name));
        RmapWalkStatistics statistics = Assert.Single(all, item => item.PageType == type);
        Assert.Equal(count, statistics.Count);
        if (maximum > 0)
        {
            Assert.Equal(minimum * 1000, statistics.MinimumNanoseconds);
            Assert.Equal(mean, Math.Round(statistics.MeanNanoseconds!.Value / 1000, 3));
            Assert.Equal(maximum * 1000, statistics.MaximumNanoseconds);
        }

        Assert.Equal(0, statistics.UnmatchedStarts);
        Assert.Equal(0, statistics.UnmatchedEnds);
        Assert.Equal(0, statistics.LostEvents);
        Assert.Equal(statistics.Count, statistics.Histogram.Sum(bucket => bucket.Count));
        Assert.Equal(all.Select(item => item.PageType).Order(), all.Select(item => item.PageType));
    }

    [Fact]
    public void Locked_walks_are_told_apart()
    {
        IReadOnlyList<RmapWalkStatistics> all = TraceHelp.Measure(Checkout.Data("captures/thp-locked/locked.trace.txt.gz"), RmapGroupBy.Locked);
        Assert.Equal(1026, Assert.Single(all, item => item.Locked == true).Count);
        Assert.Equal(2, Assert.Single(all, item => item.Locked == false).Count);
        Assert.All(all, item => Assert.Null(item.PageType));
    }

    [Fact]
    public void An_overwritten_buffer_says_what_is_lost()
    {
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(Checkout.Data("captures/thp-locked/overrun.trace.txt")));
        Assert.Equal(828, statistics.LostEvents);
        Assert.False(statistics.LostEventsIsLowerBound);
        Assert.Equal((99, 0L, 1L), (statistics.Count, statistics.UnmatchedStarts, statistics.UnmatchedEnds));
    }

    [Theory]
    [InlineData("6.1-kprobe/anon.trace.txt", "migrate_pages_batch", "try_to_migrate")]
    [InlineData("6.12-kprobe/ksm.trace.txt", "migrate_folio_move", "try_to_migrate")]
    [InlineData("6.12-fprobe/ksm.trace.txt", "migrate_folio_move", "try_to_migrate")]
    public void Return_probes_know_the_caller(string name, params string[] callers)
    {
        IReadOnlyList<RmapWalkStatistics> all = TraceHelp.Measure(Checkout.Data("captures/" + name), RmapGroupBy.Caller);
        Assert.Equal(callers, all.Select(item => item.Caller));
        Assert.All(all, item => Assert.Equal(3, item.Count));
    }

    [Theory]
    [InlineData("6.12-native")]
    [InlineData("6.12-native-fixed")]
    [InlineData("6.12-kprobe")]
    [InlineData("6.12-fprobe")]
    [InlineData("6.12-module")]
    [InlineData("6.1-kprobe")]
    public void The_text_of_trace_cmd_report_is_read_too(string folder)
    {
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(Checkout.Data($"captures/{folder}/anon.report.txt")));
        Assert.Equal((RmapPageType.Anon, 6, 0L, 0L), (statistics.PageType, statistics.Count, statistics.UnmatchedStarts, statistics.UnmatchedEnds));
    }
}
