using System.Globalization;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>What <c>/proc/pid/stat</c> says of where a process's memory is (proc_pid_stat(5)).</summary>
/// <param name="MayBeCopy">
/// Whether its memory may be a copy of another process's, or that process's own: it has not executed a program since it was forked (<c>PF_FORKNOEXEC</c>).
/// </param>
/// <param name="IsKernelThread">Whether it is a thread of the kernel, which has no memory.</param>
/// <param name="IsLeaderGone">Whether its first thread has ended and others go on.</param>
/// <param name="StartTicks">When it was forked, in clock ticks since boot; it keeps that over execve(2).</param>
internal readonly record struct ProcessStat(bool MayBeCopy, bool IsKernelThread, bool IsLeaderGone, ulong StartTicks)
{
    // include/linux/sched.h. The first is set in fork(2) and taken away in begin_new_exec (fs/exec.c), where the process gets new memory.
    private const ulong ForkedWithoutExec = 0x40;
    private const ulong KernelThread = 0x200000;

    // Counted from the field behind the name, in which anything may stand.
    private const int State = 0;
    private const int Flags = 6;
    private const int ThreadCount = 17;
    private const int StartTime = 19;

    /// <summary>Reads it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    /// <returns>Null where nothing is known.</returns>
    public static ProcessStat? Read(KernelTree kernel, int id)
    {
        if (kernel.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"), out string? stat) != Errno.None)
        {
            return null;
        }

        string[] fields = stat![(stat!.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartTime && TryNumber(fields[Flags], out ulong flags) && TryNumber(fields[StartTime], out ulong start)
            ? new ProcessStat(
                (flags & ForkedWithoutExec) != 0,
                (flags & KernelThread) != 0,
                fields[State] == "Z" && TryNumber(fields[ThreadCount], out ulong threads) && threads > 1,
                start)
            : null;
    }

    private static bool TryNumber(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
