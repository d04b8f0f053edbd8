using CsCheck;
using KsmTools.Tests.Support;
using KsmTools.Tuning;

namespace KsmTools.Tests.Tuning;

/// <summary>The search for max_page_sharing, on kernels that are formulas.</summary>
public sealed class SharingSearchTests
{
    private const int MostMeasurements = 20;

    [Fact]
    public void Walks_in_proportion_to_sharing_take_few_measurements()
    {
        (uint? found, IReadOnlyList<uint> tried) = Run(256, 5_000_000, value => value * 100_000L);
        Assert.InRange(found!.Value, 40u, 50u);
        Assert.InRange(tried.Count, 3, 5);
        Assert.Equal(256u, tried[0]);
        Assert.Equal(2, tried.Count(value => value == found));
    }

    [Fact]
    public void Any_kernel_whose_walks_lengthen_with_sharing_gets_the_largest_value_to_an_eighth() =>
        Gen.Select(Gen.Int[2, 4096], Gen.Int[1, 1_000_000], Gen.Int[0, 1_000_000], Gen.Int[1, 2_000_000_000], Gen.Double[0.3, 1.7]).ForAll((limit, slope, start, budget, power) =>
        {
            long Kernel(uint value) => start + (long)(slope * Math.Pow(value, power));
            (uint? found, IReadOnlyList<uint> tried) = Run((uint)limit, budget, Kernel);
            Assert.InRange(tried.Count, 1, MostMeasurements);
            if (Kernel(2) > budget)
            {
                Assert.Null(found);
                Assert.Equal(2u, tried[^1]);
                return;
            }

            Assert.True(Kernel(found!.Value) <= budget);

            // The next value that would matter is beyond the budget, or this one is near it.
            uint next = (uint)Math.Min(limit, found.Value + Math.Max(1, found.Value / 8) + 1);
            Assert.True(found == limit || Kernel(next) > budget || Kernel(found.Value) >= 0.8 * budget, $"{found} of {limit}");
        });

    [Fact]
    public void A_value_that_fails_when_measured_again_is_not_taken()
    {
        int measured = 0;
        (uint? found, IReadOnlyList<uint> tried) = Run(256, 1_000_000, value => value switch
        {
            > 128 => 2_000_000,
            > 64 => ++measured == 1 ? 900_000 : 1_100_000,
            _ => value * 8_000L,
        });
        Assert.InRange(found!.Value, 2u, 64u);
        Assert.Equal(2, tried.Count(value => value == found));
        Assert.Contains(tried, value => value is > 64 and <= 128);
    }

    [Fact]
    public void The_largest_value_is_taken_when_it_is_fast_enough_twice()
    {
        (uint? found, IReadOnlyList<uint> tried) = Run(256, 1_000_000, _ => 10_000);
        Assert.Equal(256u, found);
        Assert.Equal([256u, 256u], tried);
    }

    [Fact]
    public void Walks_that_sharing_does_not_shorten_end_the_search_with_nothing()
    {
        (uint? found, IReadOnlyList<uint> tried) = Run(256, 1_000_000, _ => 1_050_000);
        Assert.Null(found);
        Assert.InRange(tried.Count, 2, 10);
    }

    [Theory]
    [InlineData(256u, 100_000_000, 10_000_000, 25u)]
    [InlineData(256u, 100_000_000, 1_000_000, 2u)]
    [InlineData(256u, 100_000_000, 700_000, null)]
    [InlineData(16u, 100, 1_000, 16u)]
    public void A_prediction_is_in_proportion(uint value, long p99, long budget, uint? expected) => Assert.Equal(expected, SharingSearch.Predict(value, p99, budget));

    private static (uint? Found, IReadOnlyList<uint> Tried) Run(uint limit, long budget, Func<uint, long> kernel)
    {
        var search = new SharingSearch(limit, budget);
        var tried = new List<uint>();
        while (search.Next is { } value && tried.Count <= MostMeasurements)
        {
            Assert.InRange(value, 2u, Math.Max(limit, 2));
            tried.Add(value);
            search.Add(value, kernel(value));
        }

        return (search.Within, tried);
    }
}
