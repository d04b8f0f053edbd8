using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory.Triggers;
using KsmTools.Migration;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Migration;

/// <summary>What is missing for a scenario, said before anything is done.</summary>
public sealed class ScenarioNeedsTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    [Fact]
    public void A_kernel_that_makes_no_whole_process_mergeable_is_a_skip()
    {
        Assert.Null(ScenarioNeeds.MissingForProcess(Errno.None));
        Finding missing = ScenarioNeeds.MissingForProcess(Errno.EINVAL)!;
        Assert.Equal(KsmMigrationVerdict.Skip, missing.Result);
        Assert.Contains("PR_SET_MEMORY_MERGE", missing.Reason, StringComparison.Ordinal);
        Assert.Contains("6.4", missing.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_swap_it_says_how_to_get_some()
    {
        Write("proc/meminfo", "SwapTotal: 0 kB\nSwapFree: 0 kB\n");
        Finding missing = ScenarioNeeds.MissingForSwap(new KernelTree(_root.Path))!;
        Assert.Equal(KsmMigrationVerdict.Skip, missing.Result);
        Assert.Contains("no free swap", missing.Reason, StringComparison.Ordinal);
        Assert.Contains("zram", missing.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x0007", true)]
    [InlineData("0x0001", true)]
    [InlineData("0x0006", false)]
    [InlineData("0x0000", false)]
    [InlineData("", false)]
    public void Under_the_multi_generational_LRU_it_says_how_to_switch_that_off(string enabled, bool isOn)
    {
        Groups();
        Write("proc/meminfo", "SwapFree: 4096 kB\n");
        Write("sys/kernel/mm/lru_gen/enabled", enabled + "\n");
        Finding? missing = ScenarioNeeds.MissingForSwap(new KernelTree(_root.Path));
        Assert.Equal(isOn, missing is not null);
        if (isOn)
        {
            Assert.Contains($"/sys/kernel/mm/lru_gen/enabled is {enabled}", missing!.Reason, StringComparison.Ordinal);
            Assert.Contains("echo 0 > /sys/kernel/mm/lru_gen/enabled", missing.Remedy, StringComparison.Ordinal);
            Assert.Contains($"echo {enabled} >", missing.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_control_group_that_passes_the_memory_controller_on_it_says_so()
    {
        Write("proc/meminfo", "SwapFree: 4096 kB\n");
        Assert.Contains("memory controller", ScenarioNeeds.MissingForSwap(new KernelTree(_root.Path))!.Reason, StringComparison.Ordinal);
        Groups();
        Assert.Null(ScenarioNeeds.MissingForSwap(new KernelTree(_root.Path)));
        Assert.Equal(new ReclaimGroup.Place(true, "/sys/fs/cgroup/a"), ReclaimGroup.Find(new KernelTree(_root.Path)));
        Write("sys/fs/cgroup/a/cgroup.subtree_control", "cpu\n");
        Assert.Equal(new ReclaimGroup.Place(true, "/sys/fs/cgroup"), ReclaimGroup.Find(new KernelTree(_root.Path)));
        Write("sys/fs/cgroup/cgroup.subtree_control", "cpuset\n");
        Assert.Null(ReclaimGroup.Find(new KernelTree(_root.Path)));
    }

    [Fact]
    public void In_version_1_a_group_is_made_below_that_of_this_process()
    {
        Write("proc/self/cgroup", "4:memory:/m/x\n0::/\n");
        Write("proc/self/mountinfo", "30 1 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
        Write("sys/fs/cgroup/memory/m/x/memory.limit_in_bytes", "1\n");
        Assert.Equal(new ReclaimGroup.Place(false, "/sys/fs/cgroup/memory/m/x"), ReclaimGroup.Find(new KernelTree(_root.Path)));
    }

    public void Dispose() => _root.Dispose();

    private void Groups()
    {
        Write("proc/self/cgroup", "0::/a/b\n");
        Write("proc/self/mountinfo", "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        Write("sys/fs/cgroup/cgroup.subtree_control", "cpuset memory\n");
        Write("sys/fs/cgroup/a/cgroup.subtree_control", "memory\n");
        Write("sys/fs/cgroup/a/b/cgroup.subtree_control", "\n");
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
