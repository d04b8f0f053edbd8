using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Traces;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.RingBuffer;

/// <summary>A buffer's sub-buffers and its text are the same events; the text has microseconds, the sub-buffers nanoseconds.</summary>
public sealed class RawCaptureTests
{
    public static TheoryData<string, string> Kernels()
    {
        var data = new TheoryData<string, string>();
        foreach (string folder in (string[])["6.12-native", "6.12-native-fixed", "6.12-kprobe", "6.12-fprobe", "6.12-module", "6.1-kprobe"])
        {
            foreach (string name in (string[])["ksm", "anon", "file", "mixed"])
            {
                data.Add(folder, name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Sub_buffers_and_text_are_the_same_events(string folder, string name)
    {
        (List<RmapEvent> text, _, _) = Captures.ReadFile(Captures.Data($"{folder}/{name}.trace.txt{(name == "mixed" ? ".gz" : string.Empty)}"));
        (List<RmapEvent> raw, long lost, ITraceReader reader) = Captures.Raw(folder, name, Captures.Read);
        Assert.Null(reader.Failure);
        Assert.Equal(0, lost);
        Assert.NotEmpty(raw);
        Assert.Equal(text.Count, raw.Count);
        for (int i = 0; i < text.Count; i++)
        {
            RmapEvent one = text[i], other = raw[i];
            Assert.InRange(other.TimestampNanoseconds - one.TimestampNanoseconds, -1000, 1000);
            Assert.Equal(
                (one.Kind, one.Cpu, one.ThreadId, one.Command, one.Flags, one.PageType, one.Locked, one.Folio is null, one.TimeUnit),
                (other.Kind, other.Cpu, other.ThreadId, other.Command, other.Flags, other.PageType, other.Locked, other.Folio is null, other.TimeUnit));

            // The list of symbols beside a mixed run is of another run's callers, so only the function is in it.
            Assert.Equal(one.Function, other.Function);
            if (name != "mixed")
            {
                Assert.Equal(one.Caller, other.Caller);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Sub_buffers_give_the_walks_of_the_text(string folder, string name)
    {
        IReadOnlyList<RmapWalkStatistics> text = TraceHelp.Measure(Captures.Data($"{folder}/{name}.trace.txt{(name == "mixed" ? ".gz" : string.Empty)}"));
        IReadOnlyList<RmapWalkStatistics> raw = Captures.Raw(folder, name, Measure);
        Assert.Equal(text.Select(item => (item.PageType, item.Count)), raw.Select(item => (item.PageType, item.Count)));
        foreach ((RmapWalkStatistics one, RmapWalkStatistics other) in text.Zip(raw))
        {
            Assert.InRange(other.MinimumNanoseconds!.Value - one.MinimumNanoseconds!.Value, -1000, 1000);
            Assert.InRange(other.MaximumNanoseconds!.Value - one.MaximumNanoseconds!.Value, -1000, 1000);
            Assert.InRange(other.MeanNanoseconds!.Value - one.MeanNanoseconds!.Value, -1000, 1000);
            Assert.Equal((0L, 0L, 0L), (other.UnmatchedStarts, other.UnmatchedEnds, other.LostEvents));
        }
    }

    [Fact]
    public void Locked_walks_are_told_apart()
    {
        IReadOnlyList<RmapWalkStatistics> all = Captures.Raw("thp-locked", "locked", reader => Measure(reader, RmapGroupBy.Locked));
        Assert.Equal(1026, Assert.Single(all, item => item.Locked == true).Count);
        Assert.Equal(2, Assert.Single(all, item => item.Locked == false).Count);
    }

    [Fact]
    public void An_overwritten_buffer_says_what_is_lost()
    {
        RmapWalkStatistics statistics = Assert.Single(Captures.Raw("thp-locked", "overrun", Measure));
        Assert.Equal(828, statistics.LostEvents);
        Assert.False(statistics.LostEventsIsLowerBound);
        Assert.Equal((99, 0L, 1L), (statistics.Count, statistics.UnmatchedStarts, statistics.UnmatchedEnds));
    }

    [Theory]
    [InlineData("boot", RmapTimeUnit.Nanoseconds)]
    [InlineData("global", RmapTimeUnit.Nanoseconds)]
    [InlineData("mono", RmapTimeUnit.Nanoseconds)]
    [InlineData("mono_raw", RmapTimeUnit.Nanoseconds)]
    [InlineData("perf", RmapTimeUnit.Nanoseconds)]
    [InlineData("tai", RmapTimeUnit.Nanoseconds)]
    [InlineData("counter", RmapTimeUnit.Ticks)]
    [InlineData("uptime", RmapTimeUnit.Ticks)]
    [InlineData("x86-tsc", RmapTimeUnit.Ticks)]
    public void Every_clock_gives_the_times_of_its_text(string clock, RmapTimeUnit unit)
    {
        (List<RmapEvent> text, _, _) = Captures.ReadFile(Captures.Data($"variants/clock-{clock}.txt"));
        (List<RmapEvent> raw, _, _) = Captures.Raw("variants", "clock-" + clock, Captures.Read, "6.12-native", clock);
        Assert.Equal(4, raw.Count);
        Assert.Equal(text.Count, raw.Count);
        foreach ((RmapEvent one, RmapEvent other) in text.Zip(raw))
        {
            Assert.Equal(unit, other.TimeUnit);
            long tolerance = unit == RmapTimeUnit.Ticks ? 0 : 1000;
            Assert.InRange(other.TimestampNanoseconds - one.TimestampNanoseconds, -tolerance, tolerance);
        }
    }

    private static IReadOnlyList<RmapWalkStatistics> Measure(ITraceReader opened) => Measure(opened, RmapGroupBy.PageType);

    private static IReadOnlyList<RmapWalkStatistics> Measure(ITraceReader opened, RmapGroupBy by)
    {
        using ITraceReader reader = opened;
        var measurement = new RmapWalkMeasurement(by, reader.Symbols);
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            measurement.Add(records);
        }

        return measurement.Statistics();
    }
}
