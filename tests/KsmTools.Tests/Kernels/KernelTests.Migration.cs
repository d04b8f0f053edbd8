using System.Globalization;
using System.Text.RegularExpressions;

namespace KsmTools.Tests.Kernels;

/// <summary>Merged pages migrate with all their mappings.</summary>
public abstract partial class KernelTests<TLab>
{
    private static Lazy<MigrationAnswers>? _migration;

    private MigrationAnswers Migration => (_migration ??= new Lazy<MigrationAnswers>(() => MigrationAnswers.Ask(lab))).Value;

    /// <summary>The scenarios of which this kernel's walks miss mappings.</summary>
    private protected virtual string[] Missed => [];

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
            TestContext.Current.AddAttachment($"migration {lab.Name} {scenario} {(results == Migration.All ? "all" : "apart")}", $"{result.Result}: {result.Reason}");
            Assert.Equal((1L, sharing), (result.PagesShared, result.PagesSharing));
            Assert.Equal(("MovePages", 1, 1 - result.FromNode), (result.Trigger, result.Attempts, result.ToNode));
            if (Missed.Contains(scenario))
            {
                Assert.Equal(mappings, AssertMissed(result));
            }
            else
            {
                AssertPassed(result, 1, mappings);
            }
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
        Assert.Equal((shared, sharing), (result.PagesShared, result.PagesSharing));
        if (Missed.Contains(scenario))
        {
            _ = AssertMissed(result);
        }
        else
        {
            AssertPassed(result, (int)shared, mappings);
        }
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
        if (Missed.Length > 0)
        {
            Assert.True(result.Result == "Fail", result.Reason);
            return;
        }

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
    public void A_gate_opens_when_everything_passed() => Assert.Equal(Missed.Length == 0, Migration.Quiet);

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

    private static void AssertPassed(ScenarioAnswers result, int pages, int mappings)
    {
        Assert.True(result.Result == "Pass", result.Reason);
        Assert.Equal((pages, mappings), (result.MigratedPages, result.MappingsVerified));
        Assert.Null(result.Remedy);
    }

    // Nothing moved, and the mappings of a page that were missed are named: as many of it as is given back.
    private static int AssertMissed(ScenarioAnswers result)
    {
        Assert.True(result.Result == "Fail", result.Reason);
        Assert.Equal((0, 0), (result.MigratedPages, result.MappingsVerified));
        Assert.NotNull(result.Remedy);
        Match said = MissedPattern().Match(result.Reason);
        Assert.True(said.Success, result.Reason);
        int missed = Number("missed");
        Assert.InRange(missed, 1, Number("all"));
        return missed;

        int Number(string name) => int.Parse(said.Groups[name].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("The kernel's walk missed (?<missed>[0-9,]+) of (?<all>[0-9,]+) mappings of that page, .*: 0x[0-9a-f]+000 (to 0x[0-9a-f]+000 )?of process [0-9]+[;.]")]
    private static partial Regex MissedPattern();
}
