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
    public void Merged_pages_migrate_to_the_other_node_with_all_their_mappings(string scenario, long sharing, int mappings)
    {
        foreach (ScenarioAnswers[] results in new[] { Migration.All, Migration.Apart })
        {
            ScenarioAnswers result = results.Single(result => result.Scenario == scenario);
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
    public void More_pages_than_may_share_one_migrate_as_several(string scenario, long shared, long sharing, int mappings)
    {
        ScenarioAnswers result = Migration.Many.Single(result => result.Scenario == scenario);
        Assert.True(result.Result == "Pass", result.Reason);
        Assert.Equal((shared, sharing, (int)shared, mappings), (result.PagesShared, result.PagesSharing, result.MigratedPages, result.MappingsVerified));
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
}
