namespace KsmTools.Tests.Kernels;

/// <summary>Pages, nodes, and what makes the kernel walk.</summary>
public abstract partial class KernelTests<TLab>
{
    private static readonly string[] Types = ["Ksm", "Anon", "File"];

    private static MemoryAnswers? _memory;

    private MemoryAnswers Memory => _memory ??= MemoryAnswers.Ask(lab);

    [Fact]
    public void Nodes_are_those_of_the_machine()
    {
        Assert.Equal([0, 1], Memory.Nodes.Select(node => node.Id));
        Assert.Equal(["0", ""], Memory.Nodes.Select(node => node.Cpus));
        Assert.All(Memory.Nodes, node => Assert.InRange(node.MemoryBytes, 900L << 20, 1L << 30));
        Assert.Equal([[10, 20], [20, 10]], Memory.Nodes.Select(node => node.Distances));
    }

    [Fact]
    public void Merged_pages_are_told_from_others_whatever_the_kernel_says_of_anonymous_ones()
    {
        TestContext.Current.AddAttachment($"kpageflags {lab.Name}", $"says KSM of an anonymous page: {Memory.AnonIsKsm}");
        Check(Memory.Before["Ksm"], "Anon", 300, 300, 0);
        PageAnswers merged = Memory.Pages["Ksm"];
        Check(merged, "Ksm", 300, 2, 300);
        Assert.Equal([44, 256], merged.Shares);
        Assert.Equal("Ksm", Memory.One);
        foreach (string type in new[] { "Anon", "File" })
        {
            Check(Memory.Pages[type], type, 20, 20, 0);
            Assert.Equal([1], Memory.Pages[type].Shares);
        }
    }

    [Fact]
    public void Pages_of_every_type_move_and_are_found_where_they_were_moved_to()
    {
        foreach (string type in Types)
        {
            MoveAnswers move = Memory.Moves[type];
            Assert.Equal(["0>1 Moved True"], move.There);
            Assert.Equal([1], move.Nodes);
            Assert.Equal([type], move.Types);
            Assert.Equal(["AlreadyThere 0 True"], move.Again);
            Assert.Equal(["1>0 Moved True"], move.Back);
        }
    }

    [Fact]
    public void Merged_pages_that_ksmd_holds_are_asked_for_again()
    {
        Assert.Equal(5 * 300, Memory.UnderKsmd.Count);
        Assert.Empty(Memory.UnderKsmd.Statuses.Except(["Moved True", "AlreadyThere True", "EBUSY False"]));
        Assert.Contains("Moved True", Memory.UnderKsmd.Statuses);
        Assert.InRange(Memory.UnderKsmd.Attempts, 1, 10);
    }

    [Fact]
    public void Pages_that_NUMA_balancing_has_taken_out_of_sight_move() => Assert.Equal(["0>1 True"], Memory.Balanced);

    [Fact]
    public void Moves_that_cannot_be_are_told_apart()
    {
        Assert.Equal("EFAULT PageMoveFailed", Memory.Errors["Absent"]);
        Assert.Equal("NumaNodeNotFound", Memory.Errors["Node"]);
        Assert.Equal("ProcessNotFound", Memory.Errors["Ended"]);
        Assert.Equal("AccessDenied", Memory.Errors["Cpuset"]);
    }

    [Theory]
    [InlineData("MovePages", 2, 2, 2)]
    [InlineData("SoftOffline", 2, 2, 2)]
    [InlineData("PageIdle", 1, 1, 1)]
    [InlineData("PageOut", 0, 1, 1)]
    [InlineData("Reclaim", 4, 3, 3)]
    public void A_trigger_makes_the_walks_of_its_page_that_it_should(string trigger, int ksm, int anon, int file)
    {
        foreach ((string type, int walks) in Types.Zip([ksm, anon, file]))
        {
            TriggerAnswers answers = Memory.Of(trigger, type);
            bool works = walks > 0 && (trigger != "PageIdle" || Answers.PageIdle);
            Assert.Equal(works ? null : "TriggerNotSupported", answers.Refusal);

            // Reclaim takes what it comes to first, and says so where that was not this page.
            if (works && (trigger != "Reclaim" || answers.Pages > 0))
            {
                Assert.Equal((0, 1, type), (answers.Lost, answers.Pages, answers.Type));
                Assert.Equal(["rmap-trigger"], answers.Command!);
                Assert.Equal([type], answers.Types!);

                // How often reclaim looks at a page before it takes it depends on what else there is; some kernels look before they page out, too.
                Assert.InRange(answers.Walks, trigger == "Reclaim" ? 2 : walks, trigger is "Reclaim" or "PageOut" ? 2 * walks : walks);
                Assert.Equal(trigger == "Reclaim", answers.All > answers.Walks);
                Assert.Equal(trigger != "PageIdle", answers.Moved);
                Assert.Equal(trigger is not ("PageOut" or "Reclaim"), answers.Present);
                Assert.InRange(answers.Longest!.Value, 0, answers.Elapsed);
                if (trigger == "MovePages")
                {
                    Assert.Equal((1 - answers.From, 1 - answers.From), (answers.To, answers.Node));
                }
            }
        }
    }

    [Fact]
    public void Without_swap_an_anonymous_page_is_not_paged_out() =>
        Assert.Equal("TriggerNotSupported", Memory.Triggers["NoSwap"].GetProperty("Refusal").GetString());

    [Fact]
    public void A_struct_page_is_as_large_as_it_is() => Assert.Equal(64, Memory.PageStruct);

    [Fact]
    public void Reclaim_of_merged_pages_is_refused_under_the_multi_generational_LRU()
    {
        Assert.SkipWhen(Memory.Lru is null, "needs a kernel with CONFIG_LRU_GEN");
        Assert.StartsWith("TriggerNotSupported ", Memory.Lru, StringComparison.Ordinal);
        Assert.Contains("/sys/kernel/mm/lru_gen/enabled is 0x", Memory.Lru, StringComparison.Ordinal);
    }

    [Fact]
    public void Compaction_walks_other_pages()
    {
        Assert.Null(Memory.Compaction.Refusal);
        Assert.Equal(["rmap-trigger"], Memory.Compaction.Command!);
        Assert.InRange(Memory.Compaction.All, 2, int.MaxValue);
    }

    [Fact]
    public void Auto_moves_pages_where_there_are_two_nodes() => Assert.Equal("MovePages 0 1", Memory.Auto);

    private static void Check(PageAnswers pages, string type, int present, int frames, int flagged)
    {
        Assert.Equal([type], pages.Types);
        Assert.Equal((present, frames, flagged), (pages.Present, pages.Frames, pages.KsmFlag));
    }
}
