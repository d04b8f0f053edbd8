namespace KsmTools.Tracing.Sessions;

/// <summary>The kernel's own tracepoints in <c>rmap_walk</c> and <c>rmap_walk_locked</c> (include/trace/events/rmap.h), which see every walk.</summary>
internal sealed class TracepointSource : RmapSource
{
    private static readonly string[] Events = ["rmap/rmap_walk_start", "rmap/rmap_walk_end"];

    public override RmapTraceSource Kind => RmapTraceSource.Tracepoint;

    public override TraceSessionSetup Prepare(TraceFs tracing, TraceInstance instance, RmapTraceRequest request, string group)
    {
        if (Array.Find(Events, name => !tracing.Exists($"events/{name}")) is { } missing)
        {
            string path = tracing.Locate($"events/{missing}");
            throw NotAvailable(Errors.Text.Format(Messages.TracepointMissing, path), path);
        }

        var dynamic = new DynamicEvents(tracing);
        if (dynamic.IsThere && dynamic.Of("rmap") is [var other, ..])
        {
            throw NotAvailable(Errors.Text.Format(Messages.TracepointIsProbe, other), dynamic.Path);
        }

        string? filter = EventFilter.And(EventFilter.PageTypes(request.PageTypes), EventFilter.Threads(tracing.Kernel, request.ProcessIds));
        return new TraceSessionSetup { Source = Kind, Events = [.. Events.Select(name => (name, filter))], Functions = ["rmap_walk", "rmap_walk_locked"] };
    }
}
