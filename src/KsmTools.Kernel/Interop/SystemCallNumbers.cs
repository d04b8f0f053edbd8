using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>
/// Numbers of system calls for which not every libc has a function. Those since Linux 5.1 are alike everywhere that .NET runs; of older ones each processor has its own, and a wrong number is
/// another call. So there are numbers for the processors that the module is tried on, and for others none.
/// </summary>
internal static class SystemCallNumbers
{
    /// <summary>openat2(2), since 5.6.</summary>
    public const nint OpenInside = 437;

    /// <summary>fsopen(2), since 5.2.</summary>
    public const nint OpenFileSystem = 430;

    /// <summary>fsconfig(2), since 5.2.</summary>
    public const nint ConfigureFileSystem = 431;

    /// <summary>fsmount(2), since 5.2.</summary>
    public const nint MountFileSystem = 432;

    /// <summary>pidfd_open(2), since 5.3.</summary>
    public const nint OpenProcess = 434;

    /// <summary>process_madvise(2), since 5.10.</summary>
    public const nint ProcessAdvise = 440;

    /// <summary>move_pages(2): arch/x86/entry/syscalls/syscall_64.tbl, and include/uapi/asm-generic/unistd.h for arm64.</summary>
    public static nint? MovePages(Architecture architecture) => Choose(architecture, 279, 239);

    /// <summary>mbind(2).</summary>
    public static nint? Bind(Architecture architecture) => Choose(architecture, 237, 235);

    /// <summary>renameat2(2).</summary>
    public static nint? Rename(Architecture architecture) => Choose(architecture, 316, 276);

    /// <summary>kcmp(2).</summary>
    public static nint? Compare(Architecture architecture) => Choose(architecture, 312, 272);

    private static nint? Choose(Architecture architecture, nint x64, nint arm64) => architecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        _ => null,
    };
}
