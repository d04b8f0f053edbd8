using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>mmap(2), mremap(2) and what changes a mapping. Values are those of <c>include/uapi/asm-generic/mman-common.h</c>, alike on x86-64 and arm64.</summary>
internal static partial class MemoryCalls
{
    public const int NoAccess = 0;
    public const int Read = 1;
    public const int Write = 2;

    public const int Shared = 0x01;
    public const int Private = 0x02;
    public const int Fixed = 0x10;
    public const int Anonymous = 0x20;

    public const int DontNeed = 4;
    public const int Mergeable = 12;
    public const int Unmergeable = 13;
    public const int NoHugePage = 15;
    public const int PageOut = 21;
    public const int PopulateRead = 22;
    public const int PopulateWrite = 23;
    public const int SoftOffline = 101;

    /// <summary>MREMAP_MAYMOVE | MREMAP_FIXED: to the given address, whatever is there.</summary>
    public const int MoveTo = 1 | 2;

    /// <summary>What mmap(2) and mremap(2) return when they fail.</summary>
    public const nint Failed = -1;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    // A variadic function: with whole words only, it is called like any other.
    [LibraryImport("libc", EntryPoint = "mremap", SetLastError = true)]
    public static partial nint Remap(nint address, nuint length, nuint newLength, int flags, nint newAddress);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    /// <summary>The error of the last call on this thread.</summary>
    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
