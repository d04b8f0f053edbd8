using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tests.Support;

/// <summary>What tests ask of the kernel and the module never does.</summary>
internal static partial class NativeCalls
{
    [LibraryImport("libc", EntryPoint = "mlock")]
    public static partial int LockMemory(nint address, nuint length);

    /// <summary>Makes an empty file of a name that is no text.</summary>
    /// <param name="path">The path's bytes, with a zero behind them.</param>
    public static bool Create(byte[] path) => Mknod(path, 0x81a4, 0) == 0;

    /// <summary>Removes a file of such a name.</summary>
    /// <param name="path">The path's bytes, with a zero behind them.</param>
    public static void Delete(byte[] path) => _ = Unlink(path);

    [LibraryImport("libc", EntryPoint = "unlink")]
    private static partial int Unlink(byte[] path);

    [LibraryImport("libc", EntryPoint = "mknod")]
    private static partial int Mknod(byte[] path, uint mode, ulong device);

    /// <summary>Does something on a thread of its own that runs on one CPU only, and so do those that it starts.</summary>
    public static T On<T>(int cpu, Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                ulong mask = 1UL << cpu;
                Assert.Equal(0, SetAffinity(0, sizeof(ulong), in mask));
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>How many pages of a file are not on the disk yet (cachestat(2)); null before Linux 6.5.</summary>
    public static long? DirtyPages(string path)
    {
        const nint CacheStat = 451;
        using SafeFileHandle file = File.OpenHandle(path);
        ulong[] range = [0, 0];
        ulong[] counts = new ulong[5];
        return SystemCall(CacheStat, (nint)file.DangerousGetHandle(), range, counts, 0) == 0 ? (long)(counts[1] + counts[2]) : null;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint descriptor, ulong[] range, [Out] ulong[] counts, nint flags);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint length, in ulong mask);
}
