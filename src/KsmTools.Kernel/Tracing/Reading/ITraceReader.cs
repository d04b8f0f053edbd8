using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>
/// Reads the wanted events of a trace in order, pulled by whoever needs the next records. A reader fills the same storage again and again: nothing is
/// allocated per event. Every format has one, and what comes after does not know which.
/// </summary>
public interface ITraceReader : IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>The files, where several are read as one; else this one alone. A record's <see cref="TraceRecord.Source"/> is its place among them.</summary>
    IReadOnlyList<ITraceReader> Parts => [this];

    /// <summary>The format that was found.</summary>
    TraceFormat Format { get; }

    /// <summary>The kernel that the trace was taken on, as the file has it; null where it does not say.</summary>
    string? Kernel { get; }

    /// <summary>Names that records hold by number.</summary>
    SymbolTable Symbols { get; }

    /// <summary>Bytes of the file read so far.</summary>
    long Position { get; }

    /// <summary>Bytes of the file; null where that is not known, as of a pipe.</summary>
    long? Length { get; }

    /// <summary>Whether walks so far were made of migrations' page-table entries.</summary>
    bool IsApproximate => false;

    /// <summary>Events so far that are there and not wanted.</summary>
    long OtherEvents { get; }

    /// <summary>Events so far that a filter did not let through.</summary>
    long FilteredEvents => 0;

    /// <summary>Wanted events that are there and cannot be read.</summary>
    long UnreadableEvents { get; }

    /// <summary>The first of them, shortened and with control characters escaped.</summary>
    string? FirstUnreadableEvent { get; }

    /// <summary>Why the trace ends early, once all that is whole was given; null where it ends as it should.</summary>
    KsmToolsException? Failure { get; }

    /// <summary>The next records, in the trace's order. They are valid until the next call.</summary>
    /// <param name="records">The records; may be empty in the middle of a trace that holds other events.</param>
    /// <param name="cancellationToken">Ends the wait for a slow source.</param>
    /// <returns>Whether there may be more.</returns>
    /// <exception cref="KsmToolsException">The file holds no trace of this format, or cannot be read.</exception>
    bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken);
}
