namespace KsmTools.Files;

/// <summary>What the kernel thinks can be used without swapping.</summary>
internal static class AvailableMemory
{
    public const string Path = "/proc/meminfo";

    /// <summary><c>MemAvailable</c> of <c>/proc/meminfo</c>.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <returns>Bytes, or null where the file does not say.</returns>
    public static long? ReadBytes(KernelTree kernel) => KibibyteLine.Find(kernel, Path, "MemAvailable:");
}
