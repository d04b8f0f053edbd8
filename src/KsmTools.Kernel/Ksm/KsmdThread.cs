using System.Globalization;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>The kernel thread ksmd, as <c>/proc</c> shows it.</summary>
internal sealed class KsmdThread
{
    // Clock ticks of /proc/<pid>/stat are USER_HZ, 100 on every architecture Linux has user space for (include/asm-generic/param.h).
    private const double TicksPerSecond = 100;

    private readonly KernelTree _kernel;
    private string? _folder;

    public KsmdThread(KernelTree kernel) => _kernel = kernel;

    /// <summary>Whether it is told to scan: it holds pages while it compares them.</summary>
    public static bool Runs(KernelTree kernel) => kernel.TryReadText(KsmFiles.Run, out string? run) == Errno.None && run == "1";

    /// <summary>Whether it sleeps, rather than works or waits for a processor; true where no ksmd is to be seen.</summary>
    public bool IsAsleep
    {
        get
        {
            _folder ??= Find();
            return _folder is null
                || _kernel.TryReadText(_folder + "/stat", out string? stat) != Errno.None
                || Fields(stat!) is ["S" or "I", ..];
        }
    }

    /// <summary>The CPU time used since boot, or null where no ksmd is to be seen.</summary>
    public TimeSpan? ReadTime()
    {
        _folder ??= Find();
        if (_folder is null)
        {
            return null;
        }

        // The scheduler's own account is in nanoseconds (Documentation/scheduler/sched-stats.rst); without CONFIG_SCHED_INFO it is all zeros.
        if (_kernel.TryReadText(_folder + "/schedstat", out string? schedule) == Errno.None
            && long.TryParse(schedule!.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long nanoseconds)
            && nanoseconds > 0)
        {
            return TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        }

        return _kernel.TryReadText(_folder + "/stat", out string? stat) == Errno.None ? FromStat(stat!) : null;
    }

    // proc_pid_stat(5): utime and stime are fields 14 and 15, counted from the pid; the name before them is in parentheses.
    private static TimeSpan? FromStat(string stat)
    {
        string[] fields = Fields(stat);
        return fields.Length > 12
            && long.TryParse(fields[11], NumberStyles.None, CultureInfo.InvariantCulture, out long user)
            && long.TryParse(fields[12], NumberStyles.None, CultureInfo.InvariantCulture, out long system)
            ? TimeSpan.FromSeconds((user + system) / TicksPerSecond)
            : null;
    }

    private static string[] Fields(string stat) => stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private string? Find()
    {
        // A kernel thread is one of the first.
        _ = ProcessIds.TryList(_kernel, out int[] ids);
        foreach (int id in ids)
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"{ProcessIds.Folder}/{id}");
            if (_kernel.TryReadText($"{folder}/stat", out string? stat) == Errno.None
                && stat!.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{id} (ksmd) "), StringComparison.Ordinal))
            {
                return folder;
            }
        }

        return null;
    }
}
