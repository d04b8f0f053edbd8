namespace KsmTools.Ksm;

/// <summary>What ksmd does: the contents of <c>/sys/kernel/mm/ksm/run</c>.</summary>
[Flags]
public enum KsmRunState
{
    /// <summary>0: ksmd sleeps; what is merged stays merged.</summary>
    Stopped = 0,

    /// <summary>1: ksmd scans and merges.</summary>
    Running = 1,

    /// <summary>2: everything was unmerged, and ksmd sleeps.</summary>
    Unmerged = 2,

    /// <summary>4, beside the others: ksmd waits while memory goes offline (<c>KSM_RUN_OFFLINE</c>, mm/ksm.c). It can be read but not written.</summary>
    Offline = 4,
}
