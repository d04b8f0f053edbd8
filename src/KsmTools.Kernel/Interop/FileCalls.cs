using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>open(2), pread(2), read(2), write(2), pwrite(2), access(2): kernel files want exactly one call each, which <see cref="FileStream"/> does not promise.</summary>
internal static unsafe partial class FileCalls
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Truncate = 0x200;
    public const int DoNotBlock = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int MayWrite = 2;
    public const int MayRead = 4;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint ReadNext(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    /// <summary>The error of the last call on this thread.</summary>
    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
