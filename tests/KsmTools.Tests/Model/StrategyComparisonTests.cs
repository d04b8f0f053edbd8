using KsmTools.Errors;
using KsmTools.Model;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.Model;

public sealed class StrategyComparisonTests
{
    [Fact]
    public void Twenty_thousand_mappings_and_256_sharers()
    {
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison { VmaCount = 20_000, Sharing = 256 });
        Assert.Equal((5_120_000L, 256L, 0L), Figures(costs[RmapStrategy.FullRange]));
        Assert.Equal((256L, 256L, 0L), Figures(costs[RmapStrategy.AddressDerived]));
        Assert.Equal((256L, 256L, 0L), Figures(costs[RmapStrategy.StoredPgoff]));
        Assert.All(costs.Values, cost => Assert.True(cost is { VmaCount: 20_000, Sharing: 256, MaxPageSharing: 256, EstimatedDuration: null, RecommendedMaxPageSharing: null, Id: null }));
    }

    [Fact]
    public void After_mremap_an_index_from_the_address_misses_mappings_and_the_stored_one_does_not()
    {
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison { VmaCount = 20_000, Sharing = 256, Mremap = true });
        Assert.Equal((5_120_000L, 256L, 0L), Figures(costs[RmapStrategy.FullRange]));
        Assert.Equal((128L, 128L, 128L), Figures(costs[RmapStrategy.AddressDerived]));
        Assert.Equal((256L, 256L, 0L), Figures(costs[RmapStrategy.StoredPgoff]));
    }

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(1, 2, true)]
    [InlineData(2, 2, true)]
    [InlineData(3, 100, true)]
    [InlineData(7, 7, true)]
    [InlineData(1000, 3, true)]
    public void Odd_layouts_are_walked_whole(int vmas, int sharing, bool mremap)
    {
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison { VmaCount = vmas, Sharing = sharing, Mremap = mremap });
        Assert.Equal(((long)vmas * sharing, (long)sharing, 0L), Figures(costs[RmapStrategy.FullRange]));
        Assert.Equal((sharing, sharing, 0L), Figures(costs[RmapStrategy.StoredPgoff]));
        Assert.Equal(mremap && vmas > 1, costs[RmapStrategy.AddressDerived].MappingsMissed > 0);
    }

    [Fact]
    public void With_less_max_page_sharing_a_walk_goes_over_fewer_items()
    {
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison { VmaCount = 500, Sharing = 300, MaxPageSharing = 64 });
        Assert.Equal((500L * 64, 64L, 0L), Figures(costs[RmapStrategy.FullRange]));
        Assert.All(costs.Values, cost => Assert.Equal((64L, 64), (cost.Sharing, cost.MaxPageSharing)));
    }

    [Fact]
    public void One_calibration_gives_the_time_of_a_visit()
    {
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison
        {
            VmaCount = 1000,
            Sharing = 100,
            Calibration = [new RmapCalibration { Count = 5, MeanNanoseconds = 2000.0 * 50 * 10, VmaCount = 2000, Sharing = 50 }],
            MaximumWalkDuration = TimeSpan.FromMilliseconds(0.5),
        });
        Assert.Equal(1000L * 100 * 10, costs[RmapStrategy.FullRange].EstimatedNanoseconds);
        Assert.Equal(TimeSpan.FromMilliseconds(1), costs[RmapStrategy.FullRange].EstimatedDuration);
        Assert.Equal(1000.0, costs[RmapStrategy.FullRange].EstimatedMicroseconds);
        Assert.Equal(1000L, costs[RmapStrategy.StoredPgoff].EstimatedNanoseconds);
        Assert.Equal((50, 50_000), (costs[RmapStrategy.FullRange].RecommendedMaxPageSharing!.Value, costs[RmapStrategy.StoredPgoff].RecommendedMaxPageSharing!.Value));
    }

    [Fact]
    public void Two_calibrations_tell_a_visit_from_the_work_on_what_is_found()
    {
        // 10 ns a visit and 500 ns a mapping that is found.
        RmapCalibration split = new() { Count = 5, MeanNanoseconds = 256 * ((20_000 * 10) + 500), VmaCount = 20_000, Sharing = 256 };
        RmapCalibration whole = new() { Count = 5, MeanNanoseconds = 256 * (10 + 500), VmaCount = 1, Sharing = 256 };
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison { VmaCount = 100, Sharing = 4, Calibration = [whole, split] });
        Assert.Equal(4 * ((100 * 10) + 500), costs[RmapStrategy.FullRange].EstimatedNanoseconds);
        Assert.Equal(4 * (10 + 500), costs[RmapStrategy.StoredPgoff].EstimatedNanoseconds);
    }

    [Fact]
    public void A_bound_that_even_two_items_break_has_no_advice()
    {
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison
        {
            VmaCount = 1000,
            Sharing = 100,
            Calibration = [new RmapCalibration { Count = 5, MeanNanoseconds = 1_000_000 }],
            MaximumWalkDuration = TimeSpan.FromMicroseconds(19),
        });
        Assert.Null(costs[RmapStrategy.FullRange].RecommendedMaxPageSharing);
        Assert.Equal(1900, costs[RmapStrategy.StoredPgoff].RecommendedMaxPageSharing);
    }

    [Fact]
    public void A_kernel_with_the_fix_calibrates_nothing()
    {
        var comparison = new RmapStrategyComparison { Calibration = [new RmapCalibration { Count = 6, MeanNanoseconds = 690_833, VmaCount = 20_000, Sharing = 256 }] };
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => Run(comparison));
        Assert.Equal(ErrorReason.KnobValueInvalid, failure.Reason);
        Assert.Contains("20,000", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_without_a_calibration_is_refused_before_anything_is_made()
    {
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => new RmapStrategyComparison { MaximumWalkDuration = TimeSpan.FromSeconds(1) }.Run(null, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorReason.KnobValueInvalid, failure.Reason);
    }

    [Fact]
    public void Giving_up_ends_the_walk()
    {
        using var source = new CancellationTokenSource();
        var comparison = new RmapStrategyComparison { VmaCount = 2000, Sharing = 2000 };
        Assert.Throws<OperationCanceledException>(() => comparison.Run(
            (done, strategy) =>
            {
                if (strategy == RmapStrategy.FullRange && done > 0.1)
                {
                    source.Cancel();
                }
            },
            source.Token).ToList());
    }

    // Recorded on one kernel, 6.12, with and without the bounded walk: 20,000 mappings, 256 sharers, three migrations of two walks each.
    [Fact]
    public void The_model_agrees_with_walks_that_were_measured()
    {
        (double unmap, double map, double mean) = Measured("6.12-native");
        (double fixedUnmap, double fixedMap, double fixedMean) = Measured("6.12-native-fixed");
        SyntheticLayout layout = SyntheticLayout.Make(new RmapStrategyComparison(), TestContext.Current.CancellationToken);

        // Without the fix a walk is visits: the one that maps the copy looks at twice as many as the one that unmaps, and took about twice as long.
        double visits = Visits(layout, RmapStrategy.FullRange, endsWhenUnmapped: false) / Visits(layout, RmapStrategy.FullRange, endsWhenUnmapped: true);
        Assert.InRange(visits, 1.99, 2.01);
        Assert.InRange(map / unmap, visits / 1.5, visits * 1.5);

        // With it a walk is work on the mappings that are found, as many either way.
        Assert.InRange(fixedMap / fixedUnmap, 1 / 2.0, 2.0);

        // 20,000 times fewer visits were 1,600 times less time: what is found costs about 12 visits more than what is looked at and passed over.
        Dictionary<RmapStrategy, RmapStrategyCost> costs = Run(new RmapStrategyComparison
        {
            Calibration = [new RmapCalibration { Count = 6, MeanNanoseconds = mean }],
        });
        Assert.Equal(20_000, costs[RmapStrategy.FullRange].VmasVisited / costs[RmapStrategy.StoredPgoff].VmasVisited);
        double ratio = mean / fixedMean;
        Assert.InRange(ratio, 1000, 3000);
        Assert.InRange(20_000 / ratio, 5, 25);

        // Told what the work on a found mapping is, the model comes out at the measured time without the fix, whatever the number of mappings.
        double perMapping = (fixedMean / 256) - (mean / 256 / 20_000);
        var whole = new RmapCalibration { Count = 6, MeanNanoseconds = 256 * ((mean / 256 / 20_000) + perMapping), VmaCount = 1, Sharing = 256 };
        costs = Run(new RmapStrategyComparison { Calibration = [whole, new RmapCalibration { Count = 6, MeanNanoseconds = mean, VmaCount = 20_000, Sharing = 256 }] });
        double predicted = (double)costs[RmapStrategy.FullRange].EstimatedNanoseconds!.Value / costs[RmapStrategy.StoredPgoff].EstimatedNanoseconds!.Value;
        Assert.InRange(predicted / ratio, 0.9, 1.1);
    }

    private static Dictionary<RmapStrategy, RmapStrategyCost> Run(RmapStrategyComparison comparison) =>
        comparison.Run(null, TestContext.Current.CancellationToken).ToDictionary(cost => cost.Strategy);

    private static (long, long, long) Figures(RmapStrategyCost cost) => (cost.VmasVisited, cost.MappingsFound, cost.MappingsMissed!.Value);

    private static double Visits(SyntheticLayout layout, RmapStrategy strategy, bool endsWhenUnmapped) =>
        layout.Ksm.Walk(layout.Walked, strategy, endsWhenUnmapped).VmasVisited;

    private static (double Unmap, double Map, double Mean) Measured(string capture)
    {
        using var reader = TraceReaders.OpenWalks(Checkout.Data($"captures/{capture}/ksm.trace.txt"), TraceFormat.Auto, new SymbolTable());
        var starts = new List<TraceRecord>();
        var durations = new List<double>();
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, TestContext.Current.CancellationToken))
        {
            foreach (TraceRecord record in records)
            {
                if (record.Kind == TraceRecordKind.Start)
                {
                    starts.Add(record);
                }
                else if (record.Kind == TraceRecordKind.End)
                {
                    durations.Add(record.Timestamp - starts[^1].Timestamp);
                }
            }
        }

        Assert.Equal(6, durations.Count);
        return (durations.Where((_, index) => index % 2 == 0).Average(), durations.Where((_, index) => index % 2 == 1).Average(), durations.Average());
    }
}
