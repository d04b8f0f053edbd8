using KsmTools.Errors;
using KsmTools.Rmap;

namespace KsmTools.Tracing;

/// <summary>
/// Reads a trace in order, pulled by whoever needs the next records. A reader fills the same storage again and again: nothing is
/// allocated per event. Every format has one, and what comes after does not know which.
/// </summary>
public interface IRmapReader : ITraceReader
{
    /// <summary>The format that was found.</summary>
    TraceFormat Format { get; }

    /// <summary>The kernel that the trace was taken on, as the file has it; null where it does not say.</summary>
    string? Kernel => null;

    /// <summary>Names that records hold by number.</summary>
    SymbolTable Symbols { get; }

    /// <summary>The next records, in the trace's order. They are valid until the next call.</summary>
    /// <param name="records">The records; may be empty in the middle of a trace that holds other events.</param>
    /// <param name="cancellationToken">Ends the wait for a slow source.</param>
    /// <returns>Whether there may be more.</returns>
    /// <exception cref="KsmToolsException">The file holds no trace of this format, or cannot be read.</exception>
    bool Read(out ReadOnlySpan<RmapRecord> records, CancellationToken cancellationToken);
}
