namespace KsmTools.Tracing.Sessions;

/// <summary>Where the events of walks come from.</summary>
public enum RmapTraceSource
{
    /// <summary>The first that works, in the order of this list.</summary>
    Auto = 0,

    /// <summary>The kernel's own tracepoints, <c>events/rmap</c>.</summary>
    Tracepoint = 1,

    /// <summary>fprobe events on the functions that walk (Documentation/trace/fprobetrace.rst).</summary>
    Fprobe = 2,

    /// <summary>kprobe events on the functions that walk (Documentation/trace/kprobetrace.rst).</summary>
    Kprobe = 3,

    /// <summary>
    /// The migration tracepoints, which fire once for every page-table entry that a migration's walk changes. They bound a walk from below and see
    /// no other walks: an approximation.
    /// </summary>
    MigrationPte = 4,
}
