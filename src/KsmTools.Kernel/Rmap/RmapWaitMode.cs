namespace KsmTools.Rmap;

/// <summary>How a thread waits for a lock: the flags of <c>contention_begin</c> (include/trace/events/lock.h).</summary>
public enum RmapWaitMode
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>For a reader's share (<c>LCB_F_READ</c>).</summary>
    Read,

    /// <summary>As a writer (<c>LCB_F_WRITE</c>).</summary>
    Write,

    /// <summary>For a mutex (<c>LCB_F_MUTEX</c>).</summary>
    Mutex,

    /// <summary>For an rt_mutex (<c>LCB_F_RT</c>).</summary>
    RtMutex,

    /// <summary>For a spinlock (<c>LCB_F_SPIN</c>).</summary>
    Spin,
}
