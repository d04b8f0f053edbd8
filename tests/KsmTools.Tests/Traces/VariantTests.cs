using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Traces;

/// <summary>One buffer printed under different options, and every clock.</summary>
public sealed class VariantTests
{
    [Theory]
    [InlineData("clock-boot.txt", RmapTimeUnit.Nanoseconds)]
    [InlineData("clock-global.txt", RmapTimeUnit.Nanoseconds)]
    [InlineData("clock-mono.txt", RmapTimeUnit.Nanoseconds)]
    [InlineData("clock-mono_raw.txt", RmapTimeUnit.Nanoseconds)]
    [InlineData("clock-perf.txt", RmapTimeUnit.Nanoseconds)]
    [InlineData("clock-tai.txt", RmapTimeUnit.Nanoseconds)]
    [InlineData("clock-counter.txt", RmapTimeUnit.Ticks)]
    [InlineData("clock-uptime.txt", RmapTimeUnit.Ticks)]
    [InlineData("clock-x86-tsc.txt", RmapTimeUnit.Ticks)]
    public void Every_clock_is_read(string name, RmapTimeUnit unit)
    {
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(Data(name)));
        Assert.Equal((2, unit), (statistics.Count, statistics.TimeUnit));
    }

    [Fact]
    public void Steps_of_a_clock_are_passed_on_as_they_are()
    {
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(Data("clock-x86-tsc.txt")));
        Assert.Equal((59241, 220133), (statistics.MinimumNanoseconds, statistics.MaximumNanoseconds));
    }

    [Fact]
    public void A_clock_of_today_fits()
    {
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(Data("clock-tai.txt")));
        Assert.Equal((24_000, 98_000), (statistics.MinimumNanoseconds, statistics.MaximumNanoseconds));
    }

    [Theory]
    [InlineData("opt-fields.txt")]
    [InlineData("opt-nohash-ptr.txt")]
    [InlineData("opt-noirq-info.txt")]
    [InlineData("opt-latency-format.txt")]
    public void An_option_does_not_change_the_walks(string name)
    {
        IReadOnlyList<RmapWalkStatistics> expected = TraceHelp.Measure(Data("default.txt"));
        IReadOnlyList<RmapWalkStatistics> actual = TraceHelp.Measure(Data(name));
        Assert.Equal(expected.Select(item => (item.PageType, item.Count)), actual.Select(item => (item.PageType, item.Count)));
        foreach ((RmapWalkStatistics one, RmapWalkStatistics other) in expected.Zip(actual))
        {
            // latency-format counts whole microseconds from the buffer's first event.
            Assert.InRange(other.MeanNanoseconds!.Value, one.MeanNanoseconds!.Value - 1000, one.MeanNanoseconds.Value + 1000);
        }
    }

    [Fact]
    public void A_thread_group_column_is_passed_over()
    {
        (List<TraceRecord> records, _) = TraceHelp.ReadFile(Data("opt-record-tgid.txt"));
        Assert.Equal(8, records.Count);
        Assert.All(records, record => Assert.Equal(263, record.ThreadId));
    }

    [Theory]
    [InlineData("opt-raw.txt", "option raw", "noraw")]
    [InlineData("opt-hex.txt", "option raw, hex", "nohex")]
    [InlineData("opt-nocontext-info.txt", "context-info", "options/context-info")]
    public void What_cannot_be_read_says_why_and_what_to_type(string name, string message, string action)
    {
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => TraceHelp.Measure(Data(name)));
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, failure.Reason);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(action, failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    private static string Data(string name) => Checkout.Data("captures/variants/" + name);
}
