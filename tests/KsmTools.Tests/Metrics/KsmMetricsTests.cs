using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Metrics;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Tests.Metrics;

public sealed class KsmMetricsTests
{
    private static readonly KsmStatus Status = new()
    {
        RunState = KsmRunState.Running,
        FullScans = 7,
        PagesShared = 79,
        PagesSharing = 19921,
        CopiedOnWrite = 1840931,
        SwapInCopies = 0,
        GeneralProfit = -64,
        Profit = -64,
        PageSize = 4096,
        SavedBytes = long.MaxValue,
        KsmdCpuTime = TimeSpan.FromTicks(979_795_612),
        Diagnosis = new KsmDiagnosis(KsmVerdict.Unprofitable, "It does not pay.", null),
    };

    [Fact]
    public void Counters_keep_every_digit_and_their_sign()
    {
        string[] lines = Lines(metrics => metrics.Add(Status));
        Assert.Contains("ksm_full_scans_total 7", lines);
        Assert.Contains("ksm_profit_bytes -64", lines);
        Assert.Contains("ksm_copied_on_write_pages_total 1840931", lines);
        Assert.Contains("ksm_swap_in_copied_pages_total 0", lines);
        Assert.Contains("ksm_saved_bytes 9223372036854775807", lines);
        Assert.Contains("ksm_ksmd_cpu_seconds_total 97.9795612", lines);
        Assert.Contains("# UNIT ksm_ksmd_cpu_seconds seconds", lines);
        Assert.Contains("ksm_run_state{state=\"Running\"} 1", lines);
        Assert.Contains("ksm_run_state{state=\"Stopped\"} 0", lines);
        Assert.Contains("ksm_diagnosis{verdict=\"Unprofitable\"} 1", lines);
        Assert.Contains("ksm_diagnosis{verdict=\"Merging\"} 0", lines);
    }

    [Fact]
    public void What_the_kernel_lacks_has_no_series()
    {
        string[] lines = Lines(metrics => metrics.Add(Status), metrics => metrics.Add(new KsmConfiguration { MaxPageSharing = 256 }));
        Assert.DoesNotContain(lines, line => line.Contains("ksm_scanned_pages", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("ksm_config_smart_scan", StringComparison.Ordinal));
        Assert.Contains("ksm_config_max_page_sharing 256", lines);
    }

    [Fact]
    public void Settings_are_in_base_units()
    {
        string[] lines = Lines(metrics => metrics.Add(new KsmConfiguration
        {
            SleepMilliseconds = 20,
            AdvisorMaxCpu = 70,
            AdvisorTargetScanTime = ulong.MaxValue,
            UseZeroPages = false,
            AdvisorMode = KsmAdvisorMode.ScanTime,
        }));
        Assert.Contains("ksm_config_sleep_seconds 0.02", lines);
        Assert.Contains("ksm_config_advisor_max_cpu_ratio 0.7", lines);
        Assert.Contains("ksm_config_advisor_target_scan_seconds 18446744073709551615", lines);
        Assert.Contains("ksm_config_use_zero_pages 0", lines);
        Assert.Contains("ksm_config_advisor_mode{mode=\"ScanTime\"} 1", lines);
    }

    [Fact]
    public void Names_of_processes_are_escaped_and_read_back()
    {
        const string Name = "a\"b\\c\nd{e}=f,#";
        var metrics = new KsmMetrics();
        metrics.Add(new KsmProcess { Id = 3, Name = Name, MergingPages = 5 }, "host one");
        string document = metrics.Write(MetricFormat.OpenMetrics);
        Assert.Contains("ksm_process_merging_pages{host=\"host one\",pid=\"3\",name=\"a\\\"b\\\\c\\nd{e}=f,#\"} 5\n", document, StringComparison.Ordinal);
        Assert.Equal(
            ["gauge\tksm_process_merging_pages\t[('host', 'host one'), ('name', 'a\"b\\\\c\\nd{e}=f,#'), ('pid', '3')]\t5"], Parsers.OpenMetrics(document));
    }

    [Fact]
    public void What_a_terminal_would_obey_is_shown_in_a_label()
    {
        var metrics = new KsmMetrics();
        metrics.Add(new KsmProcess { Id = 3, Name = "\e]0;x\a\u202E\u009b\r\n\\x1b", MergingPages = 5 }, "host\e[2J");
        string document = metrics.Write(MetricFormat.OpenMetrics);
        Assert.Contains(
            """ksm_process_merging_pages{host="host\\x1b[2J",pid="3",name="\\x1b]0;x\\x07\\x202e\\x9b\\x0d\n\\x1b"} 5""" + "\n", document, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_each_host_the_processes_with_the_most_merged_pages_are_kept()
    {
        var metrics = new KsmMetrics();
        for (int id = 1; id <= 9; id++)
        {
            metrics.Add(new KsmProcess { Id = id, Name = "p", MergingPages = id }, id % 2 == 0 ? "even" : null);
        }

        string[] lines = metrics.Write(MetricFormat.OpenMetrics, processes: 2).Split('\n');
        Assert.Equal(
            ["pid=\"9\"", "pid=\"7\"", "pid=\"8\"", "pid=\"6\""],
            lines.Where(line => line.StartsWith("ksm_process_merging_pages{", StringComparison.Ordinal)).Select(line => line[line.IndexOf("pid", StringComparison.Ordinal)..line.IndexOf(",name", StringComparison.Ordinal)]));
    }

    [Fact]
    public void The_later_of_two_values_counts()
    {
        string[] lines = Lines(metrics => metrics.Add(new KsmConfiguration { MaxPageSharing = 256 }), metrics => metrics.Add(new KsmConfiguration { MaxPageSharing = 64 }));
        Assert.Equal(["ksm_config_max_page_sharing 64"], lines.Where(line => line.StartsWith("ksm_config", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_histogram_is_cumulative_and_a_duration_of_just_a_bound_is_within_it()
    {
        var metrics = new KsmMetrics([1e-6, 0.5, 1]);
        metrics.Add(Walks(1_000, 1_001, 500_000_000, 2_000_000_000));
        string document = metrics.Write(MetricFormat.OpenMetrics);
        Assert.Equal(
            [
                "rmap_walk_duration_seconds_bucket{page_type=\"ksm\",le=\"0.000001\"} 1",
                "rmap_walk_duration_seconds_bucket{page_type=\"ksm\",le=\"0.5\"} 3",
                "rmap_walk_duration_seconds_bucket{page_type=\"ksm\",le=\"1.0\"} 3",
                "rmap_walk_duration_seconds_bucket{page_type=\"ksm\",le=\"+Inf\"} 4",
                "rmap_walk_duration_seconds_count{page_type=\"ksm\"} 4",
                "rmap_walk_duration_seconds_sum{page_type=\"ksm\"} 2.500002001",
            ],
            document.Split('\n').Where(line => line.StartsWith("rmap_walk_duration_seconds", StringComparison.Ordinal)));
        Assert.Contains("rmap_walk_longest_seconds{page_type=\"ksm\"} 2.0\n", document, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_the_kernel_counted_by_powers_of_two_no_more_is_claimed_than_is_known()
    {
        RmapHistogramBucket[] buckets = [new() { FromNanoseconds = 513, ToNanoseconds = 1024, Count = 3 }, new() { FromNanoseconds = 524_289, ToNanoseconds = 1_048_576, Count = 2 }];
        var counted = new RmapWalkStatistics { PageType = RmapPageType.Ksm, Count = 5, MaximumNanoseconds = 1_048_576, Histogram = buckets };
        RmapMeasuredSet measured = Walks(600);
        Assert.Equal(["0", "3", "3", "5", "5"], Buckets(new RmapMeasuredSet { Statistics = counted }));
        Assert.Equal(["1", "4", "4", "6", "6"], Buckets(new RmapMeasuredSet { Statistics = counted }, measured));

        static string[] Buckets(params RmapMeasuredSet[] sets)
        {
            var metrics = new KsmMetrics([1e-6, 1.024e-6, 1e-3, 2e-3]);
            Array.ForEach(sets, set => metrics.Add(set));
            string document = metrics.Write(MetricFormat.OpenMetrics);
            Assert.DoesNotContain("rmap_walk_longest_seconds{", document, StringComparison.Ordinal);
            return [.. document.Split('\n').Where(line => line.StartsWith("rmap_walk_duration_seconds_bucket", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1])];
        }
    }

    [Fact]
    public void Walks_of_a_clock_without_time_are_refused()
    {
        var ticks = new RmapMeasuredSet { Statistics = new RmapWalkStatistics { TimeUnit = RmapTimeUnit.Ticks } };
        Assert.Equal(ErrorReason.KnobValueInvalid, Assert.Throws<KsmToolsException>(() => new KsmMetrics().Add(ticks)).Reason);
    }

    [Theory]
    [InlineData(1.0, 0.5)]
    [InlineData(1.0, 1.0)]
    [InlineData(0.0, 1.0)]
    [InlineData(1.0, double.PositiveInfinity)]
    [InlineData(1.0, double.NaN)]
    public void Bounds_ascend(double first, double second) =>
        Assert.Equal(ErrorReason.KnobValueInvalid, Assert.Throws<KsmToolsException>(() => new KsmMetrics([first, second])).Reason);

    [Fact]
    public void The_reference_parser_reads_every_value_with_its_type()
    {
        KsmMetrics metrics = Everything();
        string document = metrics.Write(MetricFormat.OpenMetrics);
        IReadOnlyList<string> samples = Parsers.OpenMetrics(document);
        Assert.Equal(document.Split('\n').Count(line => line.Length > 0 && line[0] != '#'), samples.Count);
        Assert.Contains("counter\tksm_full_scans_total\t[]\t7", samples);
        Assert.Contains("gauge\tksm_profit_bytes\t[]\t-64", samples);
        Assert.Contains("histogram\trmap_walk_duration_seconds_count\t[('page_type', 'ksm')]\t2", samples);
    }

    [Fact]
    public void The_parser_of_node_exporter_has_no_complaint()
    {
        KsmMetrics metrics = Everything();
        Assert.Equal("", Parsers.Prometheus(metrics.Write(MetricFormat.Prometheus)));

        // It reads OpenMetrics, too, and takes counters for untyped values, whose help it then misses.
        Assert.All(
            Parsers.Prometheus(metrics.Write(MetricFormat.OpenMetrics)).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            complaint => Assert.EndsWith("_total no help text", complaint, StringComparison.Ordinal));
    }

    private static KsmMetrics Everything()
    {
        var metrics = new KsmMetrics();
        metrics.Add(Status);
        metrics.Add(new KsmConfiguration { PagesToScan = 100, SleepMilliseconds = 20, AdvisorMode = KsmAdvisorMode.None });
        metrics.Add(new KsmProcess { Id = 1, Name = "init", RmapItems = 3, MergingPages = 2, ZeroPages = 0, Profit = -1 });
        metrics.Add(Walks(5_000, 700_000));
        return metrics;
    }

    private static RmapMeasuredSet Walks(params long[] durations)
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.PageType, new SymbolTable());
        foreach (long duration in durations)
        {
            measurement.Add(new RmapWalk { DurationNanoseconds = duration, PageType = RmapPageType.Ksm });
        }

        return new RmapMeasuredSet { Statistics = Assert.Single(measurement.Statistics()) };
    }

    private static string[] Lines(params Action<KsmMetrics>[] additions)
    {
        var metrics = new KsmMetrics();
        foreach (Action<KsmMetrics> add in additions)
        {
            add(metrics);
        }

        string document = metrics.Write(MetricFormat.OpenMetrics);
        Assert.EndsWith("\n# EOF\n", document, StringComparison.Ordinal);
        return document.Split('\n');
    }
}
