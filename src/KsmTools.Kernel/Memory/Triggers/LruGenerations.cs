using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Memory.Triggers;

/// <summary>The multi-generational LRU (Documentation/admin-guide/mm/multigen_lru.rst), under which reclaim reaches no KSM page.</summary>
internal static class LruGenerations
{
    /// <summary>What switches it.</summary>
    public const string Path = "/sys/kernel/mm/lru_gen/enabled";

    private const int MainSwitch = 1;

    /// <summary>What the file says where it is on; null where it is off, or the kernel has none.</summary>
    public static string? On(KernelTree kernel) =>
        kernel.TryReadText(Path, out string? text) == Interop.Errno.None
        && text!.Trim() is var word
        && int.TryParse(word.StartsWith("0x", StringComparison.Ordinal) ? word.AsSpan(2) : word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int bits)
        && (bits & MainSwitch) != 0
            ? word
            : null;
}
