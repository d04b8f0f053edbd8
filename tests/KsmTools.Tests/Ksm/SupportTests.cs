using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Support;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>What is said of a machine, of another one by its files, and of a tracefs that nobody has mounted.</summary>
public sealed class SupportTests : IDisposable
{
    private static readonly string[] Tracing =
        ["tracefs", "rmap tracepoints", "KSM tracepoints", "Migration tracepoints", "Dynamic probes", "kprobe events", "fprobe events", "Counting in the kernel"];

    private readonly FakeKsmTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Of_what_a_tree_does_not_hold_nothing_is_told()
    {
        _tree["smart_scan"] = null;
        KsmCapability[] rows = [.. new KsmSupport(_tree).Check()];
        foreach (string name in (string[])["SmartScan", "Bounded KSM walks", "Per-process figures", "20,000 split VMAs", .. Tracing])
        {
            KsmCapability row = rows.Single(row => row.Name == name);
            Assert.Null(row.Available);
            Assert.Contains($"The tree does not hold {_tree.Root}/", row.Reason, StringComparison.Ordinal);
        }

        Assert.All(rows.Where(row => row.Available is null), row =>
        {
            Assert.Contains("on the machine that the tree is of", row.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("ewer kernel", row.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("mount -t", row.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("sysctl", row.Remedy, StringComparison.Ordinal);
        });
        Assert.Equal(["Merging", "Processes", "Regions", "Tracing", "Tuning"], rows.Select(row => row.Area).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_tree_holds_is_told_with_what_to_do_there()
    {
        _tree.Put("proc/sys/vm/max_map_count", "65530\n");
        _tree.Put("proc/77/ksm_stat", "ksm_rmap_items 1\n");
        _tree.Put("sys/kernel/tracing/trace_clock", "[local]\n");
        _tree.Put("sys/kernel/tracing/events/ksm/enable", "0\n");
        _tree.Put("sys/kernel/tracing/dynamic_events", "\n");
        _tree.Put("sys/kernel/tracing/README", "no such probes\n");
        KsmCapability[] rows = [.. new KsmSupport(_tree).Check()];
        Assert.True(Row("20,000 split VMAs").Available);
        Assert.EndsWith("/proc/77/ksm_stat is there.", Row("Per-process figures").Reason, StringComparison.Ordinal);
        Assert.Equal([true, null, true, null, true, null, false, null], Tracing.Select(name => Row(name).Available));

        _tree.Put("proc/sys/vm/max_map_count", "1000\n");
        KsmCapability few = new KsmSupport(_tree).Check().Single(row => row.Name == "20,000 split VMAs");
        Assert.False(few.Available);
        Assert.StartsWith("On the machine that the tree is of: sysctl -w", few.Remedy, StringComparison.Ordinal);

        KsmCapability Row(string name) => rows.Single(row => row.Name == name);
    }

    [Fact]
    public void On_the_running_kernel_what_tracefs_offers_is_told_whether_it_is_mounted_or_not()
    {
        string before = File.ReadAllText("/proc/self/mountinfo");
        KsmCapability[] rows = [.. new KsmSupport(KernelTree.Running).Check().Where(row => row.Area == "Tracing")];
        Assert.Equal(Tracing, rows.Select(row => row.Name));
        Assert.SkipWhen(Errno.None != MountCalls.TryOpen("tracefs", out Microsoft.Win32.SafeHandles.SafeFileHandle? folder), "needs a kernel with tracefs, and the right to mount it");
        using (folder)
        {
            Assert.True(rows[0].Available);
            Assert.All(rows, row => Assert.NotNull(row.Available));
            Assert.Equal(Directory.Exists($"{KernelTree.PathOf(folder!)}/events/ksm"), rows[2].Available);
        }

        Assert.Equal(Count(before), Count(File.ReadAllText("/proc/self/mountinfo")));
    }

    [Fact]
    public void A_user_who_may_not_look_into_tracefs_is_told_that_nothing_is_known()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/tracing"), "needs a kernel with tracefs");
        ShellResult result = RealShell.RunAsOrdinaryUser("Test-KsmSupport | Where-Object Area -eq Tracing | ForEach-Object { \"$($_.Name)=$($_.Available)\" }");
        Assert.Equal(Tracing.Select(name => name == "tracefs" ? "tracefs=False" : name + "="), result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    // Others mount tracefs where it belongs meanwhile; nothing else is to come.
    private static int Count(string mounts) => mounts.Split('\n').Count(line => !line.Contains(" /sys/kernel/tracing ", StringComparison.Ordinal) && !line.Contains("/tmp/ksmtools-test-", StringComparison.Ordinal));
}
