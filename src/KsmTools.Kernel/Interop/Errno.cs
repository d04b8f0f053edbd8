using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>Error numbers of Linux (errno(3), <c>include/uapi/asm-generic/errno-base.h</c> and <c>errno.h</c>) that this module meets.</summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file or directory.</summary>
    ENOENT = 2,

    /// <summary>No such process.</summary>
    ESRCH = 3,

    /// <summary>Interrupted system call.</summary>
    EINTR = 4,

    /// <summary>Input/output error.</summary>
    EIO = 5,

    /// <summary>Argument list too long.</summary>
    E2BIG = 7,

    /// <summary>Exec format error.</summary>
    ENOEXEC = 8,

    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,

    /// <summary>Resource temporarily unavailable.</summary>
    EAGAIN = 11,

    /// <summary>Cannot allocate memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Bad address.</summary>
    EFAULT = 14,

    /// <summary>Device or resource busy.</summary>
    EBUSY = 16,

    /// <summary>File exists.</summary>
    EEXIST = 17,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Not a directory.</summary>
    ENOTDIR = 20,

    /// <summary>Is a directory.</summary>
    EISDIR = 21,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many open files.</summary>
    EMFILE = 24,

    /// <summary>File too large.</summary>
    EFBIG = 27,

    /// <summary>No space left on device.</summary>
    ENOSPC = 28,

    /// <summary>Read-only file system.</summary>
    EROFS = 30,

    /// <summary>Too many links, of a file that has several names.</summary>
    EMLINK = 31,

    /// <summary>Numerical result out of range.</summary>
    ERANGE = 34,

    /// <summary>File name too long.</summary>
    ENAMETOOLONG = 36,

    /// <summary>Function not implemented.</summary>
    ENOSYS = 38,

    /// <summary>Too many symbolic links, or one where none may be.</summary>
    ELOOP = 40,

    /// <summary>No data available: a file has no such attribute.</summary>
    ENODATA = 61,

    /// <summary>Operation not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>Disk quota exceeded.</summary>
    EDQUOT = 122,
}

/// <summary>Errors of the kernel for people.</summary>
public static class ErrnoExtensions
{
    /// <summary>The error as people search for it: <c>EBUSY: Device or resource busy</c>.</summary>
    /// <param name="errno">The kernel's answer; one without a name here is shown by its number.</param>
    public static string Describe(this Errno errno) =>
        Enum.IsDefined(errno)
            ? $"{errno}: {Marshal.GetPInvokeErrorMessage((int)errno)}"
            : $"errno {(int)errno}: {Marshal.GetPInvokeErrorMessage((int)errno)}";
}
