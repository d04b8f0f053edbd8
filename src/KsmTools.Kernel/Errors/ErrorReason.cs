namespace KsmTools.Errors;

/// <summary>Why a command failed. The name is the first part of the error's <c>FullyQualifiedErrorId</c>, for scripts to match.</summary>
public enum ErrorReason
{
    /// <summary>This kernel has no KSM (<c>CONFIG_KSM</c>): <c>/sys/kernel/mm/ksm</c> is missing.</summary>
    KsmNotSupported,

    /// <summary>This kernel lacks the named knob.</summary>
    KnobNotSupported,

    /// <summary>A value that the knob does not take.</summary>
    KnobValueInvalid,

    /// <summary>The knob cannot change now (<c>EBUSY</c>), or another command holds the lock.</summary>
    KnobBusy,

    /// <summary>The kernel refuses this user (<c>EACCES</c>, <c>EPERM</c>) or the file system is read-only (<c>EROFS</c>).</summary>
    AccessDenied,

    /// <summary>tracefs is not mounted and cannot be.</summary>
    TraceFsNotAvailable,

    /// <summary>No probe or tracepoint could be used.</summary>
    ProbeNotAvailable,

    /// <summary>No trace session of that name.</summary>
    TraceSessionNotFound,

    /// <summary>A trace session of that name exists.</summary>
    TraceSessionExists,

    /// <summary>A file that holds no trace, or a trace without what is needed.</summary>
    TraceFormatNotRecognized,

    /// <summary>A trace whose contents contradict themselves.</summary>
    TraceCorrupt,

    /// <summary>A trace that ends in the middle.</summary>
    TraceTruncated,

    /// <summary>No process of that id or name.</summary>
    ProcessNotFound,

    /// <summary>No such NUMA node.</summary>
    NumaNodeNotFound,

    /// <summary>The machine has one NUMA node, and the request needs two.</summary>
    NumaSingleNode,

    /// <summary>The trigger does not work on this machine.</summary>
    TriggerNotSupported,

    /// <summary>The kernel did not move a page.</summary>
    PageMoveFailed,

    /// <summary>ksmd did not finish in the time given.</summary>
    MergeTimeout,

    /// <summary>Too little memory, or too few memory mappings allowed, for the request.</summary>
    MemoryInsufficient,

    /// <summary>The KSM migration test found something wrong.</summary>
    MigrationTestFailed,

    /// <summary>Walks became slower by more than is allowed, or what was to be checked cannot be.</summary>
    RegressionFound,

    /// <summary>Settings could not be put back; the journal is kept.</summary>
    StateRestoreFailed,

    /// <summary>A state file was damaged. It is out of the way, and what could be read of it was used.</summary>
    StateDamaged,

    /// <summary>Any other answer of the kernel, with its errno.</summary>
    KernelIoError,

    /// <summary>A file or folder that others could have planted, or could change.</summary>
    UnsafePath,

    /// <summary>There is no page at the address, or none that reverse mappings know.</summary>
    PageNotFound,
}
