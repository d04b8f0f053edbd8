using System.Text;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Fuzz.Decoders;

/// <summary>
/// What the kernel prints about a session: <c>hist</c>, <c>error_log</c>, <c>kprobe_profile</c> with <c>kprobe_events</c>, <c>stats</c> and
/// <c>trace_clock</c>. All of them are read from every input; a NUL stands between two texts that belong together.
/// </summary>
internal sealed class SessionTexts : IFuzzedDecoder
{
    public string Name => "session-text";

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        string text = Encoding.UTF8.GetString(input);
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        (string first, string second) = end < 0 ? (text, text) : (text[..end], text[(end + 1)..]);
        if (TraceError.Last(text) is { } error)
        {
            Reading.Demand(error.Message.Length + (error.Word?.Length ?? 0) <= text.Length, "an error is the input's");
            Reading.Demand(error.ToString().Length > 0 || error.Message.Length == 0, "an error says something");
            reading.Note(error.Word is null ? 1 : 2);
        }

        long? missed = KprobeProfile.MissedReturns(first, second, "ksmtools");
        Reading.Demand(missed is null or >= 0, "no negative count");
        reading.Note(missed is null ? 3 : 4);
        TraceCpuStatistics counts = TraceCpuStatistics.Parse(0, text);
        Reading.Demand(counts is { Entries: >= 0, Overrun: >= 0, Bytes: >= 0, Dropped: >= 0, Read: >= 0 }, "no negative count");
        reading.Note(counts.Entries > 0 ? 5 : 6);
        Reading.Demand(TraceClock.Selected(text).Length <= Math.Max(5, text.Length), "a clock is the input's");
        RmapWalkStatistics statistics = HistogramText.Parse(text, "hist").Statistics(RmapPageType.Ksm);
        Reading.Demand(statistics.Count >= 0 && statistics.TotalNanoseconds >= 0 && statistics.LostEvents >= 0, "no negative count");
        Reading.Demand(statistics.P50Nanoseconds is null || statistics.P50Nanoseconds <= statistics.P999Nanoseconds, "percentiles in order");
        reading.Count(statistics.Histogram.Length);
    }
}
