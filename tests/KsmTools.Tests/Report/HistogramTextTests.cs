using CsCheck;
using KsmTools.Records;
using KsmTools.Report;
using KsmTools.Rmap;
using KsmTools.Tests.Comparison;
using KsmTools.Tests.Names;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Report;

public sealed class HistogramTextTests
{
    // The edges of rows, and what is next to them.
    private static readonly Gen<long> NearRound =
        from digits in Gen.Int[0, 9].Select(i => ((int[])[100, 112, 125, 160, 200, 224, 355, 500, 630, 900])[i])
        from decade in Gen.Int[0, 11]
        from away in Gen.Frequency((2, Gen.Const(0.0)), (1, Gen.Double[-0.002, 0.002]))
        select (long)(digits * Math.Pow(10, decade) * (1 + away));

    [Fact]
    public void It_is_as_people_read_it()
    {
        RmapWalkStatistics statistics = Walks.Measure([.. Enumerable.Repeat(3_000L, 6), 30_000, 0]);
        Assert.Equal(
            [
                "Ksm: 8 walks, mean 6.00 us, P50 3.00 us,",
                "  P99 30.00 us, maximum 30.00 us",
                "   0 ns -  1 ns  1  12.5%  ##",
                "   2 us -  5 us  6  75.0%  ######### P50",
                "   5 us - 10 us  0   0.0%",
                "  10 us - 20 us  0   0.0%",
                "  20 us - 50 us  1  12.5%  ## P90 P99 P99.9",
            ],
            RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { Ascii = true, MaximumRows = 5, Width = 50 }));
    }

    [Fact]
    public void Powers_of_two_are_bounds()
    {
        RmapHistogramBucket[] buckets = [new() { FromNanoseconds = 0, ToNanoseconds = 1, Count = 1 }, new() { FromNanoseconds = 3, ToNanoseconds = 4, Count = 3 }];
        var statistics = new RmapWalkStatistics { Count = 4, MeanNanoseconds = 3, P50Nanoseconds = 4, P99Nanoseconds = 4, MaximumNanoseconds = 4, Histogram = buckets };
        Assert.Equal(
            ["(all): 4 walks, mean 3 ns, P50 at most 4 ns, P99 at most 4 ns, maximum at most 4 ns", "  0 ns - 2 ns  1  25.0%", "  3 ns - 5 ns  3  75.0%"],
            RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { Ascii = true, Width = 120 }).Select(line => line.Split("  #")[0]));
    }

    [Fact]
    public void It_keeps_within_its_width_and_counts_every_walk() =>
        Gen.Select(Gen.OneOf(Gen.Long[0, 3000], Gen.Long[0, 5_000_000], Gen.Long[0, 1L << 45]).Array[1, 300], Gen.Int[50, 120], Gen.Int[2, 40], Gen.Bool).ForAll(
            (durations, width, rows, ascii) =>
            {
                RmapWalkStatistics statistics = Walks.Measure(durations);
                IReadOnlyList<LatencyBin> bins = LatencyBins.Of(statistics, Math.Max(rows, 16));
                Assert.Equal(durations.Length, bins.Sum(bin => bin.Count));
                Assert.All(bins, bin => Assert.True(bin.From < bin.To));
                Assert.All(bins.Zip(bins.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From));
                Assert.True(bins[0].Count > 0 && bins[^1].Count > 0);
                string[] lines = [.. RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { Width = width, MaximumRows = rows, Ascii = ascii })];
                Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
                Assert.All(lines, line => Assert.DoesNotContain('\e', line));
                Assert.True(!ascii || lines.All(line => line.All(char.IsAscii)));
                foreach (string mark in (string[])["P50", "P90", "P99", "P99.9"])
                {
                    // One row holds it: the heading is left aside.
                    Assert.Single(lines.SkipWhile(line => !line.StartsWith("  ", StringComparison.Ordinal) || !line.Contains(" - ", StringComparison.Ordinal)), line => line.Split(' ').Contains(mark));
                }
            },
            cases: 300);

    [Theory]
    [InlineData("  500 us - 560 us  60  P50 P90 P99 P99.9", 500_000, 60, 500_000)]
    [InlineData("  10 ms - 11.2 ms  99  P50 P90 P99", 10_000_000, 99, 12_000_000)]
    public void Walks_of_a_round_number_are_in_the_row_that_begins_with_it(string first, long duration, int times, long longest)
    {
        RmapWalkStatistics statistics = Walks.Measure([.. Enumerable.Repeat(duration, times - (longest == duration ? 1 : 0)), longest]);
        string row = RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { Ascii = true }).First(line => line.Contains(" - ", StringComparison.Ordinal));
        Assert.Equal(string.Join(' ', first.Split(' ', StringSplitOptions.RemoveEmptyEntries)), string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] != '#' && word[^1] != '%')));
    }

    [Fact]
    public void Rows_and_marks_say_of_every_walk_what_the_figures_say() =>
        Gen.Select(Gen.OneOf(NearRound.Array[1, 40], Gen.OneOf(NearRound, Gen.Long[0, 3000], Gen.Long[0, 1L << 45]).Array[1, 300]), Gen.Int[2, 40], Gen.Bool).ForAll(
            (durations, rows, _) =>
            {
                RmapWalkStatistics statistics = Walks.Measure(durations);
                LatencyBin[] bins = [.. LatencyBins.Of(statistics, rows)];
                string[] lines = [.. RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { Width = 120, MaximumRows = rows }).Where(line => line.Contains(" - ", StringComparison.Ordinal))];
                Assert.Equal(bins.Length, lines.Length);
                Assert.True(bins[0].From <= durations.Min() && durations.Min() < bins[0].To);
                Assert.True(bins[^1].From <= durations.Max() && durations.Max() < bins[^1].To);
                long before = 0;
                foreach (LatencyBin bin in bins)
                {
                    // What took as long as the row says is not above it; what is above it took nearly so long, to three digits.
                    Assert.InRange(before, durations.Count(duration => duration < bin.From * 0.999), durations.Count(duration => duration < bin.From));
                    before += bin.Count;
                }

                Assert.Equal(durations.Length, before);
                foreach ((string mark, decimal share, long? value) in ((string, decimal, long?)[])[("P50", 50, statistics.P50Nanoseconds), ("P90", 90, statistics.P90Nanoseconds), ("P99", 99, statistics.P99Nanoseconds), ("P99.9", 99.9m, statistics.P999Nanoseconds)])
                {
                    int row = Array.FindIndex(lines, line => line.Split(' ').Contains(mark));
                    long rank = Math.Max(1, (long)decimal.Ceiling(share * durations.Length / 100));
                    Assert.InRange(rank, bins.Take(row).Sum(bin => bin.Count) + 1, bins.Take(row + 1).Sum(bin => bin.Count));
                    Assert.InRange(value!.Value, bins[row].From, bins[row].To * 1.001);
                }
            },
            cases: 500);

    // As terminals count: letters of East Asia and pictures take two columns, marks none.
    [Fact]
    public void No_name_makes_a_line_too_long_or_loses_a_character() => Gen.Select(ReportSamples.Set, Gen.Int[0, 4].Select(i => ((int[])[50, 80, 100, 120, 200])[i]), Gen.Bool).ForAll((set, width, isEmpty) =>
    {
        RmapWalkStatistics statistics = isEmpty ? set.Statistics with { Count = 0 } : set.Statistics;
        string[] lines = [.. RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { Width = width })];
        Assert.All(lines, line => Assert.True(TextColumns.Of(line) <= width, $"{TextColumns.Of(line)} > {width}: {line}"));
        string heading = string.Concat(lines.TakeWhile(line => !line.Contains(" - ", StringComparison.Ordinal)).Select(line => line.Trim()));
        Assert.StartsWith(Plain(Errors.TerminalText.Escape(GroupName.Of(statistics))), Plain(heading), StringComparison.Ordinal);

        static string Plain(string text) => text.Replace(" ", string.Empty, StringComparison.Ordinal);
    });

    [Fact]
    public void What_is_missing_is_in_the_heading()
    {
        RmapWalkStatistics statistics = Walks.Measure(5) with { LostEvents = 7, LostEventsIsLowerBound = true, UnmatchedStarts = 2, UnmatchedEnds = 3, UnreadableEvents = 4, TimeBackwards = 1, TimeUnit = RmapTimeUnit.Ticks };
        Assert.Equal(
            ["Ksm, clock steps: 1 walk, mean 5, P50 5, P99 5, maximum 5, 7+ events lost, 2 starts without an end, 3 ends without a start,", "  1 walks back in time, 4 events unreadable"],
            RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { Width = 140 }).Take(2));
        Assert.Equal(["File: no walks, 2 starts without an end"], RmapHistogramText.Lines(new RmapWalkStatistics { PageType = RmapPageType.File, UnmatchedStarts = 2 }, new RmapHistogramTextOptions()));
    }

    // All percentiles in one row whose figures are long.
    [Fact]
    public void Where_a_bar_has_no_room_it_takes_that_of_the_shares()
    {
        RmapWalkStatistics statistics = Walks.Measure([19_453_255_269_276, 4_916_027, 24_117_340_451_642]);
        Assert.Equal("  10000 s - 100000 s  2  ███████ P50 P90 P99 P99.9", LastLine(50));
        Assert.Equal("  10000 s - 100000 s  2  ██████████ P50 P90 P99 P99.9", LastLine(53));
        Assert.Equal("  10000 s - 100000 s  2  66.7%  ████ P50 P90 P99 P99.9", LastLine(54));

        string LastLine(int width) => RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions { MaximumRows = 3, Width = width }).Last();
    }

    [Theory]
    [InlineData(16, 2_000, 12_000_000)]
    [InlineData(4, 1, 1_000_000_000_000)]
    [InlineData(16, 42_000_000, 114_000_000)]
    public void Bins_begin_at_round_numbers_and_are_as_many_as_fit(int most, long first, long last)
    {
        IReadOnlyList<LatencyBin> bins = LatencyBins.Of(Walks.Measure(first, last), most);
        Assert.InRange(bins.Count, 3, Math.Max(most, (int)Math.Log10(last / (double)first) + 2));
        Assert.All(bins, bin => Assert.True(DurationText.Axis(bin.From, RmapTimeUnit.Nanoseconds).Length <= 8, $"{bin.From}"));
    }

    [Fact]
    public void Powers_of_two_that_the_kernel_counted_stay_what_they_are()
    {
        RmapHistogramBucket[] buckets = [new() { FromNanoseconds = 1025, ToNanoseconds = 2048, Count = 3 }, new() { FromNanoseconds = 4097, ToNanoseconds = 8192, Count = 1 }];
        Assert.Equal([new LatencyBin(1025, 2049, 3), new LatencyBin(4097, 8193, 1)], LatencyBins.Of(new RmapWalkStatistics { Count = 4, Histogram = buckets }, 16));
    }

    [Fact]
    public void Thread_names_cannot_command_the_terminal()
    {
        var statistics = new RmapWalkStatistics { Command = "\e[31mred", Count = 0 };
        Assert.Equal(["\\x1b[31mred: no walks"], RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions()));
    }

    [Fact]
    public void No_name_that_is_grouped_by_gets_through()
    {
        var statistics = new RmapWalkStatistics { Command = Hostile.Name, Caller = Hostile.Name, Count = 1, Histogram = [new() { FromNanoseconds = 5, ToNanoseconds = 5, Count = 1 }] };
        Hostile.AssertHarmless(string.Join('\n', RmapHistogramText.Lines(statistics, new RmapHistogramTextOptions())));
    }
}
