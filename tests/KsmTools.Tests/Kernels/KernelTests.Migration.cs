namespace KsmTools.Tests.Kernels;

/// <summary>Merged pages migrate with all their mappings.</summary>
public abstract partial class KernelTests<TLab>
{
    private static Lazy<MigrationAnswers>? _migration;

    private MigrationAnswers Migration => (_migration ??= new Lazy<MigrationAnswers>(() => MigrationAnswers.Ask(lab))).Value;

    [Theory]
    [InlineData("Basic", 31, 32)]
    [InlineData("Mremap", 15, 16)]
    [InlineData("Fork", 31, 64)]
    [InlineData("Process", 31, 32)]
    [InlineData("Tree", 247, 248)]
    public void Merged_pages_migrate_to_the_other_node_with_all_their_mappings(string scenario, long sharing, int mappings)
    {
        foreach (ScenarioAnswers[] results in new[] { Migration.All, Migration.Apart })
        {
            ScenarioAnswers result = Of(results, scenario);
            Assert.True(result.Result == "Pass", result.Reason);
            Assert.Equal((1L, sharing, 1, mappings), (result.PagesShared, result.PagesSharing, result.MigratedPages, result.MappingsVerified));
            Assert.Equal(("MovePages", 1, 1 - result.FromNode), (result.Trigger, result.Attempts, result.ToNode));
            Assert.Null(result.Remedy);
        }
    }

    [Theory]
    [InlineData("Basic", 3, 597, 600)]
    [InlineData("Mremap", 2, 298, 300)]
    [InlineData("Fork", 3, 597, 1200)]
    [InlineData("Process", 3, 597, 600)]
    [InlineData("Tree", 19, 4631, 4650)]
    public void More_pages_than_may_share_one_migrate_as_several(string scenario, long shared, long sharing, int mappings)
    {
        ScenarioAnswers result = Of(Migration.Many, scenario);
        Assert.True(result.Result == "Pass", result.Reason);
        Assert.Equal((shared, sharing, (int)shared, mappings), (result.PagesShared, result.PagesSharing, result.MigratedPages, result.MappingsVerified));
    }

    // 8 pages, which 31 processes map.
    [Theory]
    [InlineData("Anon")]
    [InlineData("Shared")]
    [InlineData("File")]
    public void Pages_that_are_not_merged_migrate_from_a_tree_of_processes(string pageType)
    {
        ScenarioAnswers result = Migration.All.Single(result => result.Scenario == "Tree" && result.PageType == pageType);
        Assert.True(result.Result == "Pass", result.Reason);
        Assert.Equal((null, null, 8, 248), (result.PagesShared, result.PagesSharing, result.MigratedPages, result.MappingsVerified));
        Assert.Equal(("MovePages", 1, 1 - result.FromNode), (result.Trigger, result.Attempts, result.ToNode));
    }

    [Theory]
    [InlineData(false, 1, 31, 32)]
    [InlineData(true, 3, 597, 600)]
    public void Moved_and_merged_pages_go_to_swap_with_all_their_mappings(bool many, long shared, long sharing, int mappings)
    {
        ScenarioAnswers result = Of(many ? Migration.Many : Migration.All, "Swap");
        Assert.True(result.Result == "Pass", result.Reason);
        Assert.Equal((shared, sharing, (int)shared, mappings), (result.PagesShared, result.PagesSharing, result.MigratedPages, result.MappingsVerified));
        Assert.Equal(("Reclaim", 1, null), (result.Trigger, result.Attempts, result.ToNode));
        Assert.Equal(0, Migration.Groups);
    }

    [Fact]
    public void Without_swap_and_under_the_multi_generational_LRU_the_swap_scenario_is_skipped_and_says_what_to_do()
    {
        ScenarioAnswers without = Assert.Single(Migration.Swapless);
        Assert.Equal(("Skip", true), (without.Result, without.Remedy!.Contains("zram", StringComparison.Ordinal)));
        Assert.All(Migration.SwapUnderLru, result => Assert.Equal(("Skip", true), (result.Result, result.Remedy!.Contains("lru_gen/enabled", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_gate_opens_when_everything_passed() => Assert.True(Migration.Quiet);

    [Fact]
    public void A_node_that_pages_may_not_go_to_is_no_failure_and_no_pass()
    {
        ScenarioAnswers result = Assert.Single(Migration.Confined);
        Assert.Equal(("Skip", 1L, 31L, 0), (result.Result, result.PagesShared, result.PagesSharing, result.MigratedPages));
        Assert.NotNull(result.Remedy);
        Assert.False(Migration.ConfinedQuiet);
    }

    [Fact]
    public void The_test_of_migration_leaves_settings_as_they_were_and_nothing_merged()
    {
        Assert.Equal(Migration.Before, Migration.After);
        Assert.Equal((0, false), (Migration.Sharing, Migration.Journal));
    }

    // Linux 6.1 makes no whole process mergeable.
    private static ScenarioAnswers Of(ScenarioAnswers[] results, string scenario)
    {
        ScenarioAnswers result = results.Single(result => result.Scenario == scenario && result.PageType == "Ksm");
        if (scenario == "Process" && result.Result == "Skip")
        {
            Assert.Contains("PR_SET_MEMORY_MERGE", result.Reason, StringComparison.Ordinal);
            Assert.NotNull(result.Remedy);
            Assert.Skip(result.Reason);
        }

        return result;
    }
}
