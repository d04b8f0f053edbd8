namespace KsmTools.Tracing;

/// <summary>What a command reads of a trace, for what it says about the trace.</summary>
/// <param name="Lost">That the kernel lost so many events.</param>
/// <param name="LostAtLeast">The same, or more.</param>
/// <param name="NothingWanted">That the trace has none of these events, only so many others.</param>
internal sealed record TraceSubject(string Lost, string LostAtLeast, string NothingWanted)
{
    /// <summary>Starts and ends of walks.</summary>
    public static TraceSubject Walks { get; } = new(ModuleMessages.LostEvents, ModuleMessages.LostEventsAtLeast, ModuleMessages.NoWalkEvents);

    /// <summary>Begins and ends of waits for locks.</summary>
    public static TraceSubject Waits { get; } = new(ModuleMessages.WaitEventsLost, ModuleMessages.WaitEventsLostAtLeast, ModuleMessages.NoWaitEvents);

    /// <summary>KSM's own events.</summary>
    public static TraceSubject Ksm { get; } = new(ModuleMessages.KsmEventsLost, ModuleMessages.KsmEventsLostAtLeast, ModuleMessages.NoKsmEvents);
}
