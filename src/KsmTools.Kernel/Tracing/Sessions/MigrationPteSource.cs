using KsmTools.Tracing.MigrationPte;

namespace KsmTools.Tracing.Sessions;

/// <summary>The migration tracepoints: an approximation, for kernels that have neither tracepoints in the walk nor probes.</summary>
internal sealed class MigrationPteSource : RmapSource
{
    private static readonly string[] Events = [$"migrate/{MigrationEvents.Set}", $"migrate/{MigrationEvents.Remove}"];

    public override RmapTraceSource Kind => RmapTraceSource.MigrationPte;

    public override TraceSessionSetup Prepare(TraceFs tracing, TraceInstance instance, RmapTraceRequest request, string group)
    {
        if (Array.Find(Events, name => !tracing.Exists($"events/{name}")) is { } missing)
        {
            throw NotAvailable(Errors.Text.Format(Messages.MigrationTracepointsMissing, tracing.Locate($"events/{missing}")), tracing.Locate("events/migrate"));
        }

        if (request.PageTypes.Count > 0 && !request.AcceptsAllPageTypes)
        {
            throw NotAvailable(Messages.MigrationHasNoPageType, request.PageTypes);
        }

        if (request.Aggregate)
        {
            throw NotAvailable(Messages.MigrationHasNoPairs, tracing.Locate("events/migrate"));
        }

        string? filter = EventFilter.Threads(tracing.Kernel, request.ProcessIds);
        return new TraceSessionSetup { Source = Kind, Events = [.. Events.Select(name => (name, filter))], NotCovered = [Messages.MigrationNotCovered] };
    }
}
