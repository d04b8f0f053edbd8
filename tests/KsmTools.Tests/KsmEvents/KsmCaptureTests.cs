using KsmTools.Tests.RingBuffer;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tests.KsmEvents;

/// <summary>One buffer as text and as sub-buffers: 2,000 pages of one content that ksmd merged, and the scans around it.</summary>
public sealed class KsmCaptureTests
{
    [Fact]
    public void Sub_buffers_and_text_are_the_same_events()
    {
        List<KsmEvent> raw = KsmEventHelp.Raw("6.12-native");
        List<KsmEvent> text = Text();
        Assert.Equal(2179, text.Count);
        Assert.Equal(text.Count, raw.Count);
        var items = new Dictionary<ulong, ulong>();
        foreach ((KsmEvent one, KsmEvent other) in text.Zip(raw))
        {
            Assert.InRange(other.TimestampNanoseconds - one.TimestampNanoseconds, -1000, 1000);
            Assert.Equal(KsmEventHelp.Same(one), KsmEventHelp.Same(other));
            if (one.RmapItem is { } hashed)
            {
                // The text's hash of an address is the same wherever the address is.
                Assert.Equal(other.RmapItem!.Value, items.TryGetValue(hashed, out ulong known) ? known : items[hashed] = other.RmapItem.Value);
            }

            Assert.Equal(other.KsmPage > 0 ? null : other.KsmPage, one.KsmPage);
            Assert.Equal(one.HasKsmPage, other.KsmPage is { } page ? page != 0 : null);
        }
    }

    [Fact]
    public void Text_and_sub_buffers_measure_alike()
    {
        KsmScanStatistics text = Measure(Text()), raw = Measure(KsmEventHelp.Raw("6.12-native"));
        foreach (KsmScanStatistics one in (KsmScanStatistics[])[text, raw])
        {
            // The counters said 8 shared, 1992 sharing: 2,000 pages with max_page_sharing at 256.
            Assert.Equal((2000, 8, 0, 0), (one.PagesMerged, one.NewKsmPages, one.ZeroPagesMerged, one.MergesFailed));
            Assert.Equal((33, 1), (one.Scans, one.IncompleteScans));
            Assert.Equal((2, 111), (one.KsmPagesRemoved, one.RmapItemsRemoved));
            Assert.Equal(2000, one.RmapItems);
        }

        Assert.InRange(raw.MeanNanoseconds!.Value - text.MeanNanoseconds!.Value, -1000, 1000);
        Assert.InRange(raw.MaximumNanoseconds!.Value - text.MaximumNanoseconds!.Value, -1000, 1000);
    }

    private static List<KsmEvent> Text() => KsmEventHelp.Read(TraceReaders.OpenKsm(Captures.Data("6.12-native/ksm_events.trace.txt.gz")), out _);

    private static KsmScanStatistics Measure(List<KsmEvent> events)
    {
        var measurement = new KsmScanMeasurement();
        events.ForEach(measurement.Add);
        return measurement.Statistics().Single();
    }
}
