using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>Reads a session's buffers, for whoever wants records of one kind.</summary>
/// <typeparam name="TRecord">What an event becomes.</typeparam>
/// <param name="session">The session.</param>
/// <param name="symbols">A table to share with others.</param>
/// <param name="buffer">The session's buffers; disposed with the reader.</param>
/// <param name="until">Waits for more until this <see cref="Stopwatch"/> time, <see cref="long.MaxValue"/> for ever; null gives what is there.</param>
internal abstract class LiveReader<TRecord>(TraceSession session, SymbolTable symbols, LiveBuffer<TRecord> buffer, long? until) : ITraceReader
    where TRecord : struct, ITraceRecord<TRecord>
{
    public string Path { get; } = session.Instance.Locate(string.Empty);

    public SymbolTable Symbols => symbols;

    public long Position => buffer.BytesRead;

    public long? Length => null;

    public long UnreadableEvents => buffer.UnreadableEvents;

    public string? FirstUnreadableEvent => buffer.FirstUnreadableEvent;

    public KsmToolsException? Failure => buffer.Failure;

    /// <summary>Until when to wait.</summary>
    protected long? Until => until;

    public void Dispose()
    {
        buffer.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The next records.</summary>
    /// <param name="records">Valid until the next call.</param>
    /// <param name="pause">Waits until this time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there were any before time was over.</returns>
    protected bool Read(out ReadOnlySpan<TRecord> records, long? pause, CancellationToken cancellationToken) => buffer.Read(out records, pause, cancellationToken);
}
