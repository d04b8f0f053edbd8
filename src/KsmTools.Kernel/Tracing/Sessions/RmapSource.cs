using KsmTools.Errors;

namespace KsmTools.Tracing.Sessions;

/// <summary>A source of rmap events: whether it works on this kernel and why not, and what it needs.</summary>
internal abstract class RmapSource
{
    /// <summary>All of them, the best first.</summary>
    public static IReadOnlyList<RmapSource> All { get; } = [new TracepointSource(), new FprobeSource(), new KprobeSource(), new MigrationPteSource()];

    /// <summary>Which it is.</summary>
    public abstract RmapTraceSource Kind { get; }

    /// <summary>Defines what is needed, and says which events that gives.</summary>
    /// <param name="tracing">tracefs.</param>
    /// <param name="instance">The session's instance, which records nothing yet: events may be tried in it.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="group">The group to define events in; the caller removes it whatever happens.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.ProbeNotAvailable"/>: it cannot work here, and why.</exception>
    public abstract TraceSessionSetup Prepare(TraceFs tracing, TraceInstance instance, RmapTraceRequest request, string group);

    /// <summary>The failure of a source that cannot work here.</summary>
    protected KsmToolsException NotAvailable(string reason, object? target) =>
        new(ErrorReason.ProbeNotAvailable, target, Text.Format(Messages.SourceNotAvailable, Kind, reason), Messages.SourceNotAvailableAction);
}
