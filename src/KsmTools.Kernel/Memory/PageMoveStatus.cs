using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>What became of a page that was to move. Other values than the first two are the errno that move_pages(2) gives for the page.</summary>
public enum PageMoveStatus
{
    /// <summary>It is on the node now.</summary>
    Moved = 0,

    /// <summary>It was there before.</summary>
    AlreadyThere = -1,

    /// <summary>No page is in memory at that address.</summary>
    ENOENT = Errno.ENOENT,

    /// <summary>It must be written first and cannot be.</summary>
    EIO = Errno.EIO,

    /// <summary>It could not be taken for now.</summary>
    EAGAIN = Errno.EAGAIN,

    /// <summary>No memory on the node.</summary>
    ENOMEM = Errno.ENOMEM,

    /// <summary>Other processes map it, and they may not be asked to move theirs.</summary>
    EACCES = Errno.EACCES,

    /// <summary>The zero page, or no mapping.</summary>
    EFAULT = Errno.EFAULT,

    /// <summary>Somebody uses it: I/O, ksmd, a page that is pinned. The kernel's own retries were in vain.</summary>
    EBUSY = Errno.EBUSY,

    /// <summary>The node is gone.</summary>
    ENODEV = Errno.ENODEV,

    /// <summary>A page that cannot be migrated.</summary>
    EINVAL = Errno.EINVAL,
}
