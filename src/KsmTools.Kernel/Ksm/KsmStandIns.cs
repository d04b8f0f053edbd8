using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>What patched kernels have in KSM's place or beside it, and this module does not tune.</summary>
internal static class KsmStandIns
{
    /// <summary>UKSM's files: a patch that merges pages of all processes without being asked, most often in place of KSM (its mm/uksm.c).</summary>
    public const string Uksm = "/sys/kernel/mm/uksm";

    /// <summary>The numbers of system calls by which one process makes the memory of another mergeable, or not: a patch of some distributions, beside KSM.</summary>
    public const string ProcessKsm = "/sys/kernel/process_ksm";

    // One call a file, which holds its number.
    private static readonly string[] Calls = ["process_ksm_enable", "process_ksm_disable", "process_ksm_status"];

    /// <summary>The calls of <see cref="ProcessKsm"/> that a kernel has, with their numbers as the files have them.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static IEnumerable<string> CallsOf(KernelTree kernel)
    {
        foreach (string call in Calls)
        {
            if (kernel.TryReadText($"{ProcessKsm}/{call}", out string? number) == Errno.None)
            {
                yield return $"{call} {number!.Trim()}";
            }
        }
    }
}
