using KsmTools.Errors;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>What a command reads of a trace, for what it says about the trace.</summary>
/// <param name="lost">That the kernel lost so many events.</param>
/// <param name="lostAtLeast">The same, or more.</param>
/// <param name="nothingWanted">That the trace has none of these events, only so many others.</param>
/// <param name="largerBuffer">What gives ftrace a larger buffer.</param>
internal sealed class TraceSubject(string lost, string lostAtLeast, string nothingWanted, string largerBuffer)
{
    private const string LargerBuffer = "buffer_size_kb";
    private const string LargerPerfBuffer = "perf record -m";

    /// <summary>Starts and ends of walks.</summary>
    public static TraceSubject Walks { get; } = new(ModuleMessages.LostEvents, ModuleMessages.LostEventsAtLeast, ModuleMessages.NoWalkEvents, LargerBuffer);

    /// <summary>Begins and ends of waits for locks.</summary>
    public static TraceSubject Waits { get; } = new(ModuleMessages.WaitEventsLost, ModuleMessages.WaitEventsLostAtLeast, ModuleMessages.NoWaitEvents, LargerBuffer);

    /// <summary>KSM's own events.</summary>
    public static TraceSubject Ksm { get; } =
        new(ModuleMessages.KsmEventsLost, ModuleMessages.KsmEventsLostAtLeast, ModuleMessages.NoKsmEvents, "Enable-KsmTrace -BufferSize 8MB");

    /// <summary>That the trace has none of these events, only so many others.</summary>
    public string NothingWanted => nothingWanted;

    /// <summary>That the kernel lost events, and how to lose fewer.</summary>
    /// <param name="path">The trace.</param>
    /// <param name="format">Whose it is.</param>
    /// <param name="events">How many, in all.</param>
    /// <param name="isLowerBound">Whether there may be more.</param>
    public string Lost(string path, TraceFormat format, long events, bool isLowerBound) => MessageText.Format(
        isLowerBound ? lostAtLeast : lost, path, events, format is TraceFormat.PerfScript or TraceFormat.PerfData ? LargerPerfBuffer : largerBuffer);
}
