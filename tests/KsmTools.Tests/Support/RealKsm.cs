using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Tests.Support;

/// <summary>The running kernel's knobs: a test that changes them checks that it left them as they were.</summary>
internal static class RealKsm
{
    private const string Folder = "/sys/kernel/mm/ksm/";

    private static readonly string[] Knobs =
    [
        "run", "pages_to_scan", "sleep_millisecs", "max_page_sharing", "merge_across_nodes", "use_zero_pages", "smart_scan",
        "stable_node_chains_prune_millisecs", "advisor_mode", "advisor_max_cpu", "advisor_min_pages_to_scan", "advisor_max_pages_to_scan",
        "advisor_target_scan_time",
    ];

    public static string Snapshot() =>
        string.Join('\n', Knobs.Where(knob => File.Exists(Folder + knob)).Select(knob => $"{knob}={File.ReadAllText(Folder + knob).Trim()}"));

    public static string Read(string name) => File.ReadAllText(Folder + name).Trim();

    /// <summary>Pages of this process that are merged, whatever others have.</summary>
    public static long OwnPages() => long.Parse(File.ReadAllText("/proc/self/ksm_merging_pages"), null);

    /// <summary>Waits until ksmd, which has been stopped, is through with its batch.</summary>
    public static void WaitForKsmd()
    {
        var ksmd = new KsmdThread(new KernelTree("/"));
        Wait.Until(() => ksmd.IsAsleep, "ksmd does not rest");
    }

    /// <summary>Stops ksmd and unmerges, so that the pages of earlier tests do not count; regions that they let go of go with the garbage.</summary>
    public static void Empty()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        File.WriteAllText(Folder + "run", "2");
        File.WriteAllText(Folder + "run", "0");
    }
}
