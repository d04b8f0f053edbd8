using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Views;

namespace KsmTools.Tests.Views;

/// <summary>Durations that are lower bounds: one of 0 says nothing, and nothing is shown.</summary>
public sealed class BoundTests : IDisposable
{
    private readonly ModuleHost _host = new();

    [Theory]
    [InlineData(0.0, true, "")]
    [InlineData(0.0, false, "0 ns")]
    [InlineData(1500.0, true, "1.50 µs")]
    [InlineData(null, true, "")]
    public void A_bound_of_0_is_blank(double? value, bool isBound, string shown)
    {
        Assert.Equal(shown, HumanDuration.Bound(value, isBound, RmapTimeUnit.Nanoseconds));
        Assert.Equal(shown, DurationCell.Bound(value, isBound, RmapTimeUnit.Nanoseconds));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Walks_of_one_entry_have_a_count_and_no_durations(bool isApproximate)
    {
        RmapWalk[] walks = [.. Enumerable.Range(0, 3).Select(_ => new RmapWalk { PageType = RmapPageType.Anon, Approximate = isApproximate })];
        foreach (string how in new[] { "Format-Table", "Format-List", "Measure-RmapWalk | Format-Table", "Measure-RmapWalk | Format-List", "Measure-RmapWalk | Show-RmapHistogram" })
        {
            string shown = _host.Run($"$PSStyle.OutputRendering = 'PlainText'; $input | {how} | Out-String -Width 200", walks).Single<string>();
            string figures = how.Contains("Histogram", StringComparison.Ordinal) ? shown.Split('\n').First(line => line.Contains("3 walks", StringComparison.Ordinal)) : shown;
            Assert.Equal(!isApproximate, figures.Contains("0 ns", StringComparison.Ordinal));
        }
    }

    public void Dispose() => _host.Dispose();
}
