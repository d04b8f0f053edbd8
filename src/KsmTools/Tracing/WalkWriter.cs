using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing;

/// <summary>Writes every walk that pairing finds to the pipeline.</summary>
internal readonly struct WalkWriter(KsmToolsCommand command, RecordObjects objects) : IWalkSink
{
    public void Walk(in TraceRecord start, in TraceRecord end) => command.WriteObject(objects.Walk(start, end));

    public void TimeBackwards(in TraceRecord start, in TraceRecord end)
    {
    }

    public void UnmatchedStart(in TraceRecord start)
    {
    }

    public void UnmatchedEnd(in TraceRecord end)
    {
    }
}
