using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Records;
using KsmTools.Tests.Memory;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>The limits of control groups, as machines and containers of several kinds show them.</summary>
public sealed class ControlGroupMemoryTests : IDisposable
{
    private const string V1 = "35 31 0:32 / /sys/fs/cgroup/memory rw shared:3 - cgroup cgroup rw,memory\n";
    private const string V2 = "41 31 0:38 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    private const string Unlimited = "9223372036854771712\n";

    private readonly MemoryTree _tree = new();

    [Fact]
    public void Version_2_counts_all_groups_around_it()
    {
        Group("0::/a.slice/b.service\n", V2);
        PutV2("/sys/fs/cgroup/a.slice/b.service", "max", "max", 10);
        PutV2("/sys/fs/cgroup/a.slice", "8000", "max", 5000, "inactive_file 1500\nactive_file 500\n");
        ControlGroupMemory tightest = ControlGroupMemory.Tightest(_tree.Kernel)!;
        Assert.Equal(new ControlGroupMemory("/sys/fs/cgroup/a.slice/memory.max", 8000, 5000, 2000), tightest);
        Assert.Equal(5000, tightest.FreeBytes);
    }

    // Who allocates beyond it is stopped again and again, and nothing is measured.
    [Fact]
    public void The_high_limit_is_a_limit()
    {
        Group("0::/a\n", V2);
        PutV2("/sys/fs/cgroup/a", "9000", "7000", 6500);
        Assert.Equal(("memory.high", 500L), (ControlGroupMemory.Tightest(_tree.Kernel)!.LimitName, ControlGroupMemory.Tightest(_tree.Kernel)!.FreeBytes));
    }

    [Fact]
    public void Version_1_counts_those_around_it_that_count_it()
    {
        Group("4:cpu,memory:/x/y\n", V1);
        PutV1("/sys/fs/cgroup/memory", Unlimited, 100);
        PutV1("/sys/fs/cgroup/memory/x", "1000\n", 700, "inactive_file 5\ntotal_inactive_file 30\ntotal_active_file 20\n");
        PutV1("/sys/fs/cgroup/memory/x/y", "5000\n", 200);
        Assert.Equal((("/sys/fs/cgroup/memory/x", 350L)), (ControlGroupMemory.Tightest(_tree.Kernel)!.Folder, ControlGroupMemory.Tightest(_tree.Kernel)!.FreeBytes));
        _tree.Put("/sys/fs/cgroup/memory/x/memory.use_hierarchy", "0\n");
        Assert.Equal("/sys/fs/cgroup/memory/x/y", ControlGroupMemory.Tightest(_tree.Kernel)!.Folder);
    }

    [Fact]
    public void In_a_hybrid_the_hierarchy_that_has_memory_limits()
    {
        Group("9:name=systemd:/\n4:memory:/x\n0::/z\n", V1 + "42 31 0:39 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        PutV1("/sys/fs/cgroup/memory/x", "1000\n", 0);
        _tree.Put("/sys/fs/cgroup/unified/z/cgroup.procs", "1\n");
        Assert.Equal("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", ControlGroupMemory.Tightest(_tree.Kernel)!.LimitFile);
    }

    [Theory]
    [InlineData("0::/\n", "41 31 0:38 / /sys/fs/cgroup ro - cgroup2 cgroup ro\n", "/sys/fs/cgroup")] // A namespace of its own.
    [InlineData("0::/docker/abc\n", "41 31 0:38 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup ro\n", "/sys/fs/cgroup")] // None: a part is mounted.
    [InlineData("0::/docker/abc/d\n", "41 31 0:38 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup ro\n", "/sys/fs/cgroup/d")]
    [InlineData("0::/docker/abcd\n", "41 31 0:38 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup ro\n", "/sys/fs/cgroup")] // Somebody else's: all that is to be seen.
    [InlineData("0::/../x\n", "41 31 0:38 / /sys/fs/cgroup ro - cgroup2 cgroup ro\n", "/sys/fs/cgroup")]
    [InlineData("0::/a\n", "41 31 0:38 / /mnt/with\\040space rw - cgroup2 cgroup rw\n", "/mnt/with space/a")]
    public void Containers_see_a_part(string groups, string mounts, string folder)
    {
        Group(groups, mounts);
        PutV2(folder, "4096", "max", 96);
        Assert.Equal((folder, 4000L), (ControlGroupMemory.Tightest(_tree.Kernel)!.Folder, ControlGroupMemory.Tightest(_tree.Kernel)!.FreeBytes));
    }

    [Fact]
    public void Where_nothing_is_to_be_seen_nothing_limits()
    {
        Assert.Null(ControlGroupMemory.Tightest(_tree.Kernel));
        Group("0::/a\n4:memory:/b\n", "24 1 0:5 / /sys rw - sysfs sysfs rw\n");
        Assert.Null(ControlGroupMemory.Tightest(_tree.Kernel));
        Group("0::/a\n", V2);
        Assert.Null(ControlGroupMemory.Tightest(_tree.Kernel));
    }

    [Fact]
    public void A_region_that_its_group_has_no_room_for_is_refused()
    {
        Group("0::/a\n", V2);
        PutV2("/sys/fs/cgroup/a", "10000000", "max", 8_000_000, "inactive_file 1000000\n");
        _tree.Put("/proc/meminfo", "MemAvailable:    400000 kB\n");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(
            () => RmapRegion.Create(_tree.Kernel, RmapPageType.File, 1 + (3_000_000 / Environment.SystemPageSize), splitVma: false, TestContext.Current.CancellationToken));
        Assert.Equal((ErrorReason.MemoryInsufficient, _tree.Kernel.Locate("/sys/fs/cgroup/a/memory.max")), (failure.Reason, failure.Target));
        Assert.All(["/sys/fs/cgroup/a", "room for 1,500,000", "memory.max is 10,000,000", "8,000,000 are in use", "1,000,000", "1,500,000 are kept"], part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
        Assert.Contains($"-PageCount {1_500_000 / Environment.SystemPageSize / 2} ", failure.RecommendedAction, StringComparison.Ordinal);
        using RmapRegion region = RmapRegion.Create(_tree.Kernel, RmapPageType.Anon, 100, splitVma: false, TestContext.Current.CancellationToken);
        Assert.Equal(100, region.PageCount);
    }

    [Fact]
    public void What_the_runtime_goes_on_to_take_is_kept_for_it()
    {
        const long Kept = 32 << 20;
        Group("0::/a\n", V2);
        PutV2("/sys/fs/cgroup/a", "200000000", "max", 100_000_000);
        _tree.Put("/proc/meminfo", "MemAvailable:    400000 kB\n");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => RegionLimits.CheckMemory(_tree.Kernel, 100_000_001 - Kept));
        Assert.Contains($"room for {100_000_000 - Kept:N0}", failure.Message, StringComparison.Ordinal);
        RegionLimits.CheckMemory(_tree.Kernel, 100_000_000 - Kept);
    }

    [Fact]
    public void Processes_that_the_kernel_killed_are_counted_in_both_versions()
    {
        _tree.Put("/sys/fs/cgroup/a/memory.events", "low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 0\n");
        _tree.Put("/sys/fs/cgroup/memory/b/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n");
        Assert.Equal([2, 5, 0], ((string[])["/sys/fs/cgroup/a", "/sys/fs/cgroup/memory/b", "/sys/fs/cgroup/c"]).Select(folder => ControlGroupMemory.KillsIn(_tree.Kernel, folder)));
    }

    [Fact]
    public void A_program_with_pages_that_is_killed_is_said_to_have_been()
    {
        using MergeableHolder holder = MergeableHolder.Create(10, 7, TestContext.Current.CancellationToken);
        Assert.Null(holder.Death(null));
        using var process = Process.GetProcessById(holder.Id);
        process.Kill();
        var cause = new KsmToolsException(ErrorReason.ProcessNotFound, null, "gone", "do");
        KsmToolsException death = holder.Death(cause)!;
        Assert.Equal((ErrorReason.ProcessNotFound, cause), (death.Reason, death.InnerException));
        Assert.Contains($"{holder.Id}", death.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorReason.ProcessNotFound, Assert.Throws<KsmToolsException>(() => holder.Fork(TestContext.Current.CancellationToken)).Reason);
    }

    [Fact]
    public void Unmerging_looks_at_the_groups_of_those_that_are_merged()
    {
        _tree.Put("/sys/kernel/mm/ksm/run", "1\n").Put("/sys/kernel/mm/ksm/pages_sharing", "3000\n").Put("/sys/kernel/mm/ksm/ksm_zero_pages", "0\n")
            .Put("/proc/meminfo", "MemAvailable:    4000000 kB\n").Put("/proc/self/mountinfo", V2);
        foreach ((int id, string group) in new[] { (100, "/a/b"), (101, "/a/c"), (102, "/free") })
        {
            _tree.Put($"/proc/{id}/ksm_stat", "ksm_rmap_items 1000\nksm_zero_pages 0\nksm_merging_pages 1000\nksm_process_profit 1\n").Put($"/proc/{id}/cgroup", $"0::{group}\n").Put($"/proc/{id}/comm", "x\n");
        }

        long page = PageSize.Of(_tree.Kernel);
        PutV2("/sys/fs/cgroup/a", $"{2500 * page}", "max", 1000 * page);
        PutV2("/sys/fs/cgroup/a/b", $"{1500 * page}", "max", 100 * page);
        KsmToolsException refusal = KsmUnmerging.Refusal(_tree.Kernel, "do")!;
        Assert.Equal((ErrorReason.MemoryInsufficient, _tree.Kernel.Locate("/sys/fs/cgroup/a/memory.max")), (refusal.Reason, refusal.Target));
        Assert.Contains("2,000 merged mappings", refusal.Message, StringComparison.Ordinal);
        PutV2("/sys/fs/cgroup/a", $"{3500 * page}", "max", 1000 * page);
        Assert.Null(KsmUnmerging.Refusal(_tree.Kernel, "do"));
    }

    [Fact]
    public void In_a_real_group_a_region_is_refused_and_nobody_is_killed()
    {
        using var group = new LimitedGroup(400L << 20);
        ShellResult run = Ksmsh.RunAfter(group.Enter, "-NoProfile", "-NonInteractive", "-Command",
            "$small = New-RmapRegion Anon 1000; New-RmapRegion Anon 200000 -ErrorAction SilentlyContinue; try { New-RmapRegion File 200000 } catch { \"$($_.FullyQualifiedErrorId) $_\" }; $small.PageCount");
        Assert.StartsWith("MemoryInsufficient,", run.Output, StringComparison.Ordinal);
        Assert.Contains(group.Folder, run.Output, StringComparison.Ordinal);
        Assert.EndsWith("1000", run.Output.Trim(), StringComparison.Ordinal);
    }

    public void Dispose() => _tree.Dispose();

    private void Group(string groups, string mounts) => _tree.Put("/proc/self/cgroup", groups).Put("/proc/self/mountinfo", mounts);

    private void PutV2(string folder, string max, string high, long used, string statistics = "inactive_file 0\nactive_file 0\n") =>
        _tree.Put(folder + "/memory.max", max + "\n").Put(folder + "/memory.high", high + "\n").Put(folder + "/memory.current", $"{used}\n").Put(folder + "/memory.stat", "anon 7\n" + statistics);

    private void PutV1(string folder, string limit, long used, string statistics = "total_inactive_file 0\n") =>
        _tree.Put(folder + "/memory.limit_in_bytes", limit).Put(folder + "/memory.usage_in_bytes", $"{used}\n").Put(folder + "/memory.stat", "cache 7\n" + statistics);
}
