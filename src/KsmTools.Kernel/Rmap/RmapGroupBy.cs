namespace KsmTools.Rmap;

/// <summary>What walks are grouped by, in any combination.</summary>
[Flags]
public enum RmapGroupBy
{
    /// <summary>All walks in one group.</summary>
    None = 0,

    /// <summary>KSM, anonymous, file.</summary>
    PageType = 1,

    /// <summary>The thread's name.</summary>
    Command = 2,

    /// <summary>The thread.</summary>
    ThreadId = 4,

    /// <summary>The CPU that the walk began on.</summary>
    Cpu = 8,

    /// <summary>Whether the caller held the lock already.</summary>
    Locked = 16,

    /// <summary>The kernel function that asked for the walk.</summary>
    Caller = 32,
}
