using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.TraceText;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing;

/// <summary>Opens the buffers of sessions.</summary>
public static class SessionReaders
{
    /// <summary>The walks in a session's buffers, which stay as they are: the kernel's own text, to the microsecond.</summary>
    /// <param name="session">A session of rmap events.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static ITraceReader LookAtWalks(TraceSession session, SymbolTable symbols) => new WalkReader(Look(session, WalkReader.Wanted, symbols));

    /// <summary>The events in the buffers of a session of KSM's events, which stay as they are, to the microsecond.</summary>
    /// <param name="session">The session.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static ITraceReader LookAtKsm(TraceSession session, SymbolTable symbols) => Look(session, KsmEventFamily.Wanted, symbols);

    /// <summary>Takes walks out of a session's buffers, to the nanosecond.</summary>
    /// <param name="session">A session of rmap events.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <param name="until">Waits for more until this <see cref="System.Diagnostics.Stopwatch"/> time, <see cref="long.MaxValue"/> for ever; null gives what is there.</param>
    /// <param name="command">The command that takes them; nobody else does so until the reader is disposed of.</param>
    /// <exception cref="KsmToolsException">The kernel refused; <see cref="ErrorReason.KnobBusy"/>, naming who takes events of the session already.</exception>
    public static ITraceReader ConsumeWalks(TraceSession session, SymbolTable symbols, long? until, ActingCommand command) => Walks(session, symbols, until, command);

    /// <summary>Takes events out of the buffers of a session of KSM's events, to the nanosecond.</summary>
    /// <param name="session">The session.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <param name="until">As above.</param>
    /// <param name="command">As above.</param>
    /// <exception cref="KsmToolsException">As above.</exception>
    public static ITraceReader ConsumeKsm(TraceSession session, SymbolTable symbols, long? until, ActingCommand command) =>
        Consume(session, KsmEventFamily.Wanted, symbols, until, command);

    internal static WalkReader Walks(TraceSession session, SymbolTable symbols, long? until, ActingCommand command) =>
        new(Consume(session, WalkReader.Wanted, symbols, until, command));

    /// <summary>Takes the page-table entries of migrations out of a session's buffers, one by one and not as walks.</summary>
    internal static ITraceReader Entries(TraceSession session, SymbolTable symbols, ActingCommand command) =>
        Consume(session, new WantedEvents(new MigrationEvents()), symbols, until: null, command);

    private static LiveReader Consume(TraceSession session, WantedEvents wanted, SymbolTable symbols, long? until, ActingCommand command)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(command);
        return new LiveReader(session, wanted, symbols, until, command);
    }

    private static TextTraceReader Look(TraceSession session, WantedEvents wanted, SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(session);
        TraceFile file = session.Instance.OpenTrace();
        try
        {
            return new TextTraceReader(file, wanted, TraceFormat.Text, symbols);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
