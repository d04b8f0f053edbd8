using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>poll(2), and eventfd(2) to wake who sleeps in it.</summary>
internal static unsafe partial class PollCalls
{
    /// <summary>POLLIN.</summary>
    public const short Readable = 1;

    private const int DoNotBlock = 0x800;

    /// <summary>What to wait for: <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Watched
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }

    /// <summary>Waits until one of the files can be read, a signal comes, or time is over.</summary>
    /// <param name="files">The files.</param>
    /// <param name="milliseconds">How long; -1 for ever.</param>
    public static Errno Wait(Span<Watched> files, int milliseconds)
    {
        fixed (Watched* first = files)
        {
            return Poll(first, (nuint)files.Length, milliseconds) < 0 ? FileCalls.LastError : Errno.None;
        }
    }

    /// <summary>Waits until a file has something to read, or will have nothing any more.</summary>
    public static void WaitUntilReadable(SafeHandle file)
    {
        bool added = false;
        file.DangerousAddRef(ref added);
        try
        {
            Span<Watched> watched = [new Watched { Descriptor = (int)file.DangerousGetHandle(), Events = Readable }];
            while (Wait(watched, -1) == Errno.EINTR)
            {
            }
        }
        finally
        {
            file.DangerousRelease();
        }
    }

    /// <summary>Makes a counter whose file is readable once it was added to.</summary>
    /// <returns>Its descriptor, or -1.</returns>
    public static int MakeEvent() => EventFd(0, DoNotBlock | FileCalls.CloseOnExec);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Watched* files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);
}
