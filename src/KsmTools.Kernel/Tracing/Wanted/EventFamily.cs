using KsmTools.Records;

namespace KsmTools.Tracing.Wanted;

/// <summary>
/// Events that belong together: which there are, what of them becomes of a record, and how their text is read. A reader of any format is told what is wanted by these, and
/// knows nothing else of what events mean.
/// </summary>
internal abstract class EventFamily
{
    /// <summary>The events.</summary>
    public abstract IReadOnlyList<WantedEvent> Events { get; }

    /// <summary>Reads what stands behind the context of a line.</summary>
    /// <param name="name">The event's name, without the system before it.</param>
    /// <param name="fields">What follows its colon, without blanks before it.</param>
    /// <param name="functions">Takes names of functions.</param>
    /// <param name="record">Its kind and its numbers are filled in.</param>
    /// <returns><see cref="LineKind.Event"/>, <see cref="LineKind.OtherEvent"/> for an event of others, or <see cref="LineKind.Unreadable"/>.</returns>
    public abstract LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record);

    /// <summary>Whether the event on a line that has no newline, as the last of a file that was cut off, is whole for sure.</summary>
    /// <param name="line">The line.</param>
    public virtual bool EndsWhole(ReadOnlySpan<byte> line) => false;
}
