using System.Globalization;

namespace KsmTools.Files;

/// <summary>How long the words of a kernel are, which may not be the one running here.</summary>
internal static class WordSize
{
    // UTS_MACHINE of arch/*/Makefile, without those that have the number in them; of x86 also what uname(2) says. ARM puts its version and byte order behind it: armv7l
    // (arch/arm/kernel/setup.c).
    private const string Arm = "arm";
    private static readonly string[] Long = ["alpha", "s390x"];
    private static readonly string[] Short =
    [
        "arc", "csky", "hexagon", "i386", "i486", "i586", "i686", "loongarch32", "m68k", "microblaze", "mips", "nios2", "openrisc", "parisc", "ppc", "riscv32", "s390", "sh", "sparc",
        "xtensa",
    ];

    // No limit, in words of either length.
    private const string LongInfinity = "18446744073709551615";
    private const string ShortInfinity = "4294967295";

    // The 25th of proc_pid_stat(5), counted from the one behind the name, in which anything may stand.
    private const int ResidentLimit = 22;

    /// <summary>Bytes in a word: 8 or 4; null where a tree does not say.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static int? Of(KernelTree kernel) =>
        kernel.IsLive && Environment.Is64BitProcess ? 8 : OfMachine(kernel) ?? OfLimits(kernel) ?? (kernel.IsLive ? IntPtr.Size : null);

    // Since 6.1, and of the kernel even where the process is a 32-bit one on a 64-bit kernel.
    private static int? OfMachine(KernelTree kernel)
    {
        _ = kernel.TryReadText("/proc/sys/kernel/arch", out string? text);
        string machine = text?.Trim() ?? string.Empty;
        return machine.Contains("64", StringComparison.Ordinal) || Long.Contains(machine) ? 8
            : Short.Contains(machine) || machine.StartsWith(Arm, StringComparison.Ordinal) ? 4
            : null;
    }

    // Hardly any process has a limit on resident memory, which the kernel does not enforce.
    private static int? OfLimits(KernelTree kernel)
    {
        foreach (string id in kernel.Folders("/proc"))
        {
            if (id is "self" || int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                _ = kernel.TryReadText($"/proc/{id}/stat", out string? stat);
                string[] fields = stat?[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
                if (fields.Length > ResidentLimit && (fields[ResidentLimit] is LongInfinity or ShortInfinity))
                {
                    return fields[ResidentLimit] == LongInfinity ? 8 : 4;
                }
            }
        }

        return null;
    }
}
