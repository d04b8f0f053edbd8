using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>prctl(2) and what is asked of files before they are executed.</summary>
internal static partial class ProcessControl
{
    public const int MayExecute = 1;

    private const int GetMemoryMerge = 68;

    /// <summary>
    /// Whether new processes can be made mergeable as a whole: asks for this process's own state, which changes nothing. Kernels before
    /// 6.4 and those without <c>CONFIG_KSM</c> answer <see cref="Errno.EINVAL"/>.
    /// </summary>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno ProbeMemoryMerge() => Control(GetMemoryMerge, 0, 0, 0, 0) < 0 ? FileCalls.LastError : Errno.None;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);
}
