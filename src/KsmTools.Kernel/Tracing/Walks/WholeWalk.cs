using KsmTools.Records;

namespace KsmTools.Tracing.Walks;

/// <summary>
/// The one event that a walk has in an earlier version of the tracepoints, at its end: <c>rmap_walk: page_type=ksm locked=false duration_ns=705119858</c>. A probe of the
/// function <c>rmap_walk</c> may have the same name, and has no duration.
/// </summary>
internal static class WholeWalk
{
    /// <summary>The event's name.</summary>
    public const string Name = "rmap_walk";

    /// <summary>The place of the duration among a record's numbers.</summary>
    public const int Duration = 3;

    /// <summary>Whether an event of this name is one, or is to be: a probe's fields begin with its address, and these do not.</summary>
    /// <param name="fields">Its fields.</param>
    public static bool IsIn(ReadOnlySpan<byte> fields) => !fields.StartsWith("("u8) || fields.IndexOf("duration_ns="u8) >= 0;

    /// <summary>The start and the end of the walk.</summary>
    /// <param name="walk">A record of <see cref="TraceRecordKind.Walk"/>.</param>
    public static (TraceRecord Start, TraceRecord End) Split(in TraceRecord walk)
    {
        TraceRecord start = walk;
        start.Kind = TraceRecordKind.Start;

        // Which of its numbers are known is forgotten: they are a walk's, and not a start's.
        start.HasAddresses = walk.HasAddresses;
        TraceRecord end = start;
        end.Kind = TraceRecordKind.End;
        start.Timestamp -= (long)(walk[Duration] ?? 0);
        return (start, end);
    }
}
