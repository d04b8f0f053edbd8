namespace KsmTools.Tracing.Contention;

/// <summary>The flags of <c>contention_begin</c> (<c>LCB_F_SPIN</c> ... of include/trace/events/lock.h), whose words in text are these names.</summary>
[Flags]
internal enum LockFlags : ulong
{
    None = 0,
    Spin = 1,
    Read = 2,
    Write = 4,
    Rt = 8,
    PerCpu = 16,
    Mutex = 32,
}
