using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>Takes what pairing finds. Implemented by structs, so that nothing is allocated or called indirectly per walk.</summary>
public interface IWalkSink
{
    /// <summary>A start and its end.</summary>
    /// <param name="start">The start.</param>
    /// <param name="end">The end.</param>
    void Walk(in TraceRecord start, in TraceRecord end);

    /// <summary>A start and its end, which is before it by the clock: the clocks of their CPUs disagree, and nobody knows how long the walk was.</summary>
    /// <param name="start">The start.</param>
    /// <param name="end">The end.</param>
    void TimeBackwards(in TraceRecord start, in TraceRecord end);

    /// <summary>A start whose end is not in the trace.</summary>
    /// <param name="start">The start.</param>
    void UnmatchedStart(in TraceRecord start);

    /// <summary>An end whose start is not in the trace.</summary>
    /// <param name="end">The end.</param>
    void UnmatchedEnd(in TraceRecord end);
}
