namespace KsmTools.Tracing.Contention;

/// <summary>Which functions of a call chain are the lock's own, or tracing's: whoever called the first other one waits.</summary>
internal static class LockFunctions
{
    // kernel/locking: rwsem.c, semaphore.c, mutex.c, rtmutex.c, percpu-rwsem.c, qspinlock.c, qrwlock.c, osq_lock.c, spinlock.c; kernel/bpf/rqspinlock.c; kernel/trace and the probes that BPF attaches.
    private static readonly string[] Prefixes =
    [
        "trace_", "perf_trace_", "bpf_trace_", "stack_trace_", "ftrace_", "contention_", "traceiter_",
        "rwsem_", "down_", "downgrade_write", "up_read", "up_write", "mutex_", "ww_mutex_", "rt_mutex_", "rtlock_", "rt_read_", "rt_write_", "rt_spin_", "rwbase_", "percpu_down_", "percpu_rwsem_",
        "queued_", "native_queued_", "pv_queued_", "resilient_", "osq_", "raw_spin_", "raw_read_", "raw_write_", "spin_", "do_raw_",
    ];

    /// <summary>Whether a function is a lock's own.</summary>
    /// <param name="name">Its name; leading underscores and a compiler's suffix do not matter.</param>
    public static bool Has(ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> bare = name.TrimStart('_');
        foreach (string prefix in Prefixes)
        {
            if (bare.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return bare is "down" or "up";
    }
}
