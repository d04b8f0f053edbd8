using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>
/// Whether <c>/proc</c> hides processes of others from this one, by its mount options (Documentation/filesystems/proc.rst, chapter 4; <c>has_pid_permissions</c>, fs/proc/base.c).
/// What is hidden looks as what is not there (<c>ENOENT</c>).
/// </summary>
internal static class HiddenProcesses
{
    private const string Option = "hidepid=";

    // CAP_SYS_PTRACE of include/uapi/linux/capability.h.
    private const int MayTraceOthers = 19;

    /// <summary>The option that hides them.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <returns>As the kernel shows it: <c>hidepid=invisible</c>, <c>hidepid=2</c> before 5.8; null where nothing is hidden from this user.</returns>
    public static string? Find(KernelTree kernel)
    {
        string[] options = MountTable.OptionsOf(kernel, "/proc", "proc");
        string? hiding = Array.Find(options, option => option.StartsWith(Option, StringComparison.Ordinal));
        return hiding?[Option.Length..] switch
        {
            "invisible" or "2" when !MayTrace(kernel) && !IsInGroup(kernel, options) => hiding,
            "ptraceable" or "4" when !MayTrace(kernel) => hiding,
            _ => null,
        };
    }

    /// <summary>Whether <c>/proc</c> has processes and nothing else (<c>subset=pid</c>): no meminfo, no sys, no kpageflags.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static bool IsOnlyProcesses(KernelTree kernel) => MountTable.OptionsOf(kernel, "/proc", "proc").Contains("subset=pid");

    /// <summary>What is to be said where processes are listed; null where none are hidden.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static string? Remark(KernelTree kernel) => Find(kernel) is { } option ? Text.Format(Messages.ProcessesNotShown, option) : null;

    private static bool MayTrace(KernelTree kernel) =>
        ulong.TryParse(Status(kernel, "CapEff:"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong effective) && (effective & (1UL << MayTraceOthers)) != 0;

    // The effective group is the second of four.
    private static bool IsInGroup(KernelTree kernel, string[] options)
    {
        string? group = Array.Find(options, option => option.StartsWith("gid=", StringComparison.Ordinal))?["gid=".Length..];
        return (group ?? "0") is { } wanted
            && (Status(kernel, "Groups:")?.Split(' ').Contains(wanted) == true || Status(kernel, "Gid:")?.Split('\t') is [_, var effective, ..] && effective == wanted);
    }

    private static string? Status(KernelTree kernel, string key) =>
        kernel.TryReadText("/proc/self/status", out string? text) == Errno.None
            ? Array.Find(text!.Split('\n'), line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim()
            : null;
}
