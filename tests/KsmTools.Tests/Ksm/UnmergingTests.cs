using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Merge;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>How much memory unmerging is said to take: every mapping that the page tables have.</summary>
public sealed class UnmergingTests
{
    private const int Pages = 2000;
    private const int Children = 3;

    private static readonly KernelTree Kernel = new("/");

    [Fact]
    public void Mappings_that_fork_copied_take_pages_though_no_counter_has_them()
    {
        using FakeKsmTree tree = Machine();
        Assert.Null(KsmUnmerging.Refusal(tree, "do"));
        Put(tree, 101, "ksm_rmap_items 0\nksm_zero_pages 0\nksm_merging_pages 0\nksm_mergeable: yes\n", isCopy: true, merged: 6000);
        KsmToolsException refusal = KsmUnmerging.Refusal(tree, "do")!;
        Assert.Equal(ErrorReason.MemoryInsufficient, refusal.Reason);
        Assert.Contains($"Unmerging {1000 + 6000 - 4}", refusal.Message.Replace(",", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ksm_merging_pages 0\nksm_mergeable: yes\n", false)]
    [InlineData("ksm_merging_pages 0\nksm_mergeable: no\n", true)]
    [InlineData("", true)]
    public void What_can_have_none_is_not_looked_at(string stat, bool isCopy)
    {
        using FakeKsmTree tree = Machine();
        Put(tree, 101, stat, isCopy, merged: 6000);
        Assert.Null(KsmUnmerging.Refusal(tree, "do"));
    }

    [Fact]
    public void A_kernel_that_does_not_say_what_is_mapped_is_taken_at_its_counters()
    {
        using FakeKsmTree tree = Machine();
        Put(tree, 101, "ksm_rmap_items 6000\nksm_zero_pages 0\nksm_merging_pages 6000\n", isCopy: true, merged: null);
        Assert.NotNull(KsmUnmerging.Refusal(tree, "do"));
    }

    [Fact]
    public void Forks_of_merged_pages_are_reckoned_by_their_page_tables()
    {
        Need();
        using PerlProcess process = PerlProcess.Forking(Pages, "forkmerg", Children);
        int id = process.ReadIds()[0];
        new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [id] }).Run("Test", null, TestContext.Current.CancellationToken);
        process.GoOn();
        int[] ids = [id, .. process.ReadIds()];
        AssertHeld(ids);
    }

    [Fact]
    public void Zero_pages_that_fork_copied_are_reckoned()
    {
        Need();
        string former = RealKsm.Read("use_zero_pages");
        File.WriteAllText("/sys/kernel/mm/ksm/use_zero_pages", "1");
        try
        {
            using PerlProcess process = PerlProcess.Forking(Pages, "zero", Children);
            int id = process.ReadIds()[0];
            new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [id] }).Run("Test", null, TestContext.Current.CancellationToken);
            process.GoOn();
            AssertHeld([id, .. process.ReadIds()]);
        }
        finally
        {
            File.WriteAllText("/sys/kernel/mm/ksm/use_zero_pages", former);
        }
    }

    private static void AssertHeld(int[] ids)
    {
        KsmMappings.Holder[] holders = [.. KsmMappings.Of(Kernel).Where(holder => ids.Contains(holder.Id))];
        Assert.Equal(ids.Order(), holders.Select(holder => holder.Id).Order());
        Assert.All(holders, holder => Assert.InRange(holder.Pages, 0.95 * Pages, 1.3 * Pages));
    }

    private static void Need()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") == "0", "needs a ksmd that sleeps");
    }

    // A process with 1,000 merged mappings, and memory for 5,000.
    private static FakeKsmTree Machine()
    {
        var tree = new FakeKsmTree { ["pages_shared"] = "4", ["pages_sharing"] = "996" };
        tree.SetPageSize(4096);
        tree.Put("/proc/meminfo", "MemAvailable:    20000 kB\n");
        Put(tree, 100, "ksm_rmap_items 1000\nksm_zero_pages 0\nksm_merging_pages 1000\nksm_mergeable: yes\n", isCopy: false, merged: 1000);
        return tree;
    }

    private static void Put(FakeKsmTree tree, int id, string ksmStat, bool isCopy, long? merged)
    {
        tree.Put($"/proc/{id}/comm", "x\n");
        tree.Put($"/proc/{id}/ksm_stat", ksmStat);
        tree.Put($"/proc/{id}/stat", $"{id} (x) S 1 1 1 0 -1 {(isCopy ? 4194368 : 4194304)} 1 0 2 0 0 0 0 0 20 0 1 0 100 0 0\n");
        tree.Put($"/proc/{id}/smaps_rollup", $"1000-2000 ---p 00000000 00:00 0    [rollup]\nRss: 9 kB\n{(merged is null ? string.Empty : $"KSM:  {merged * 4} kB\n")}");
    }
}
