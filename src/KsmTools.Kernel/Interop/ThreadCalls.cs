using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>What concerns the calling thread alone.</summary>
internal static partial class ThreadCalls
{
    /// <summary>nanosleep(2): shorter than the runtime can wait, though never shorter than the thread's timer slack (50 microseconds).</summary>
    /// <param name="time">Less than a second.</param>
    public static void Sleep(TimeSpan time)
    {
        Span<nint> request = [0, (nint)time.TotalNanoseconds];
        _ = Nanosleep(request, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Nanosleep(ReadOnlySpan<nint> request, nint remaining);
}
