using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing;

/// <summary>Reads events of a few numbers in order, as <see cref="IRmapReader"/> reads walks.</summary>
public interface IEventReader : ITraceReader
{
    /// <summary>Names that records hold by number.</summary>
    SymbolTable Symbols { get; }

    /// <summary>The next records, in the trace's order. They are valid until the next call.</summary>
    /// <param name="records">The records; may be empty in the middle of a trace that holds other events.</param>
    /// <param name="cancellationToken">Ends the wait for a slow source.</param>
    /// <returns>Whether there may be more.</returns>
    /// <exception cref="KsmToolsException">The file holds no trace, or cannot be read.</exception>
    bool Read(out ReadOnlySpan<EventRecord> records, CancellationToken cancellationToken);
}
