using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>
/// Why the kernel would not map so much for this process (<c>ENOMEM</c>, of which it says no more): its limits on address space and on data (setrlimit(2); <c>may_expand_vm</c>, mm/mmap.c), and
/// strict accounting (<c>vm.overcommit_memory</c> 2, Documentation/mm/overcommit-accounting.rst).
/// </summary>
internal static class ProcessMemoryLimits
{
    private const string Limits = "/proc/self/limits";
    private const string Status = "/proc/self/status";
    private const string Overcommit = "/proc/sys/vm/overcommit_memory";
    private const long Strict = 2;

    /// <summary>Checks all of them.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="bytes">What is to be mapped.</param>
    /// <param name="isData">Whether it is private and writable, which is what is counted as data.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>: one of them is too low.</exception>
    public static void Check(KernelTree kernel, long bytes, bool isData)
    {
        CheckLimit(kernel, bytes, "Max address space", "VmSize:", "RLIMIT_AS", "v");
        if (isData)
        {
            CheckLimit(kernel, bytes, "Max data size", "VmData:", "RLIMIT_DATA", "d");
        }

        if (kernel.ReadInt64(Overcommit) == Strict
            && KibibyteLine.Find(kernel, AvailableMemory.Path, "CommitLimit:") is long limit && KibibyteLine.Find(kernel, AvailableMemory.Path, "Committed_AS:") is long used && bytes > limit - used)
        {
            throw new KsmToolsException(
                ErrorReason.MemoryInsufficient, kernel.Locate(Overcommit), Text.Format(Messages.CommitInsufficient, bytes, limit, used), Messages.CommitInsufficientAction);
        }
    }

    private static void CheckLimit(KernelTree kernel, long bytes, string name, string usedKey, string limitName, string option)
    {
        if (SoftLimit(kernel, name) is long limit && KibibyteLine.Find(kernel, Status, usedKey) is long used && bytes > limit - used)
        {
            throw new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                limitName,
                Text.Format(Messages.ProcessLimitInsufficient, bytes, limitName, limit, used),
                Text.Format(Messages.ProcessLimitInsufficientAction, option));
        }
    }

    // "Max data size             unlimited            unlimited            bytes"
    private static long? SoftLimit(KernelTree kernel, string name) =>
        kernel.TryReadText(Limits, out string? text) == Errno.None
        && text!.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
        && line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
        && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit)
            ? limit
            : null;
}
