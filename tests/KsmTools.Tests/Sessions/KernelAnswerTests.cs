using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>What the kernel says of sessions, as it was seen to say it.</summary>
public sealed class KernelAnswerTests
{
    [Fact]
    public void The_newest_error_names_the_word_that_is_wrong()
    {
        // Linux 6.1.
        const string Log = """
            [   14.596490] trace_kprobe: error: Invalid $-variable specified
              Command: r:rmap/rmap_walk_end rmap_walk folio=$arg1:x64 rwc=$arg2:x64
                                                            ^
            [   32.092358] hist:g:rmap_walk_end: error: Couldn't find variable
              Command: hist:keys=common_pid:file_lat=common_timestamp-$file_ts
                                                                      ^

            """;
        Assert.Equal(new TraceError("Couldn't find variable", "$file_ts"), TraceError.Last(Log));
        Assert.Equal(new TraceError("Invalid $-variable specified", "$arg1:x64"), TraceError.Last(Log[..Log.IndexOf("[   32", StringComparison.Ordinal)]));
        Assert.Equal(new TraceError("Filter mismatch", null), TraceError.Last("[ 1.0] event filter parse error: error: Filter mismatch"));
        Assert.Null(TraceError.Last(string.Empty));
    }

    [Fact]
    public void Misses_of_a_group_are_told_from_those_of_others()
    {
        const string Events = """
            p:ksmtools/rmap_walk_start rmap_walk_ksm folio=$arg1:x64
            r128:ksmtools/rmap_walk_end rmap_walk_ksm
            r128:ksmtools/rmap_walk_end rmap_walk_anon
            r128:other/rmap_walk_end rmap_walk_anon

            """;
        const string Profile = """
              rmap_walk_start                                           32               9
              rmap_walk_end                                             32               1
              rmap_walk_end                                           4844               2
              rmap_walk_end                                           4844             100

            """;
        Assert.Equal(3, KprobeProfile.MissedReturns(Events, Profile, "ksmtools"));
        Assert.Equal(100, KprobeProfile.MissedReturns(Events, Profile, "other"));
        Assert.Null(KprobeProfile.MissedReturns(Events, Profile, "none"));
        Assert.Null(KprobeProfile.MissedReturns(Events, "rmap_walk_start 1 2\n", "ksmtools"));
    }

    [Fact]
    public void A_histogram_gives_exact_sums_and_bounds_by_buckets()
    {
        // Linux 6.12, as it stood; the kernel sorts by hits.
        const string Text = """
            # event histogram
            #
            # trigger info: hist:keys=lat.log2:vals=hitcount,lat:sort=hitcount:size=2048 [active]
            #

            { lat: ~ 2^19 } hitcount:          1  lat:     477076
            { lat: ~ 2^15 } hitcount:          4  lat:     104596
            { lat: ~ 2^14 } hitcount:         11  lat:     112928
            { lat: ~ 2^13 } hitcount:         32  lat:     231422

            Totals:
                Hits: 48
                Entries: 4
                Dropped: 2
            """;
        RmapWalkStatistics statistics = HistogramText.Parse(Text, "hist").Statistics(RmapPageType.Anon);
        Assert.Equal((48, 926_022L, 2L), (statistics.Count, statistics.TotalNanoseconds, statistics.LostEvents));
        Assert.Equal(926_022 / 48.0, statistics.MeanNanoseconds);
        Assert.Equal((4097L, 8192L, 32_768L, 524_288L, 524_288L), (statistics.MinimumNanoseconds, statistics.P50Nanoseconds, statistics.P90Nanoseconds, statistics.P99Nanoseconds, statistics.MaximumNanoseconds));
        Assert.Equal([32L, 11L, 4L, 1L], statistics.Histogram.Select(bucket => bucket.Count));
        Assert.Equal((8193L, 16_384L), (statistics.Histogram[1].FromNanoseconds, statistics.Histogram[1].ToNanoseconds));
        Assert.Equal(0, HistogramText.Parse("# event histogram\n", "hist").Statistics(RmapPageType.Ksm).Count);
    }

    [Fact]
    public void Differences_below_zero_are_no_walks()
    {
        RmapWalkStatistics statistics = HistogramText.Parse("{ lat: ~ 2^0  } hitcount: 2 lat: 18446744073709551416\n{ lat: ~ 2^13 } hitcount: 1 lat: 8000\n", "hist").Statistics(RmapPageType.Ksm);
        Assert.Equal((1, 2, 8000, 4097), (statistics.Count, statistics.TimeBackwards, statistics.TotalNanoseconds, statistics.MinimumNanoseconds));
    }

    [Theory]
    [InlineData("{ lat: ~ 2^99 } hitcount: 1 lat: 1")]
    [InlineData("{ lat: 17 } hitcount: 1")]
    [InlineData("{ lat: ~ 2^3 } hitcount: 99999999999999999999 lat: 1")]
    public void A_histogram_that_is_none_is_an_error(string line) =>
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(() => HistogramText.Parse(line, "hist")).Reason);

    [Fact]
    public void Counts_of_a_cpu_are_read()
    {
        TraceCpuStatistics statistics = TraceCpuStatistics.Parse(3, """
            entries: 17
            overrun: 828
            commit overrun: 1
            bytes: 10784
            oldest event ts:  2335.219451
            now ts:  2335.266547
            dropped events: 2
            read events: 9
            """);
        Assert.Equal((3, 17L, 828L, 1L, 10_784L, 2L, 9L), (statistics.Cpu, statistics.Entries, statistics.Overrun, statistics.CommitOverrun, statistics.Bytes, statistics.Dropped, statistics.Read));
    }
}
