using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>prctl(2) with PR_GET_MEMORY_MERGE: whether the kernel can merge the whole memory of a process (Linux 6.4 with CONFIG_KSM).</summary>
internal static partial class MergePrctl
{
    private const int GetMemoryMerge = 68;

    public static bool IsSupported => Control(GetMemoryMerge, 0, 0, 0, 0) >= 0;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
