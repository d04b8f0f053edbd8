using KsmTools.Migration;

namespace KsmTools.Tests.Migration;

/// <summary>Which scenarios there are with which pages.</summary>
public sealed class KsmMigrationCaseTests
{
    [Fact]
    public void Unless_said_otherwise_a_tree_has_every_kind_of_pages_and_others_merged_ones()
    {
        KsmMigrationCase[] cases = KsmMigrationCase.Of(Enum.GetValues<KsmMigrationScenario>(), pageTypes: null);
        Assert.Equal(Enum.GetValues<KsmMigrationPageType>(), cases.Where(row => row.Scenario == KsmMigrationScenario.Tree).Select(row => row.PageType));
        Assert.All(cases.Where(row => row.Scenario != KsmMigrationScenario.Tree), row => Assert.Equal(KsmMigrationPageType.Ksm, row.PageType));
        Assert.Equal(Enum.GetValues<KsmMigrationScenario>(), cases.Select(row => row.Scenario).Distinct());
    }

    [Fact]
    public void Kinds_leave_out_what_has_none_of_them()
    {
        KsmMigrationCase[] cases = KsmMigrationCase.Of([KsmMigrationScenario.Fork, KsmMigrationScenario.Tree, KsmMigrationScenario.Tree], [KsmMigrationPageType.File]);
        Assert.Equal([new KsmMigrationCase(KsmMigrationScenario.Tree, KsmMigrationPageType.File)], cases);
        Assert.Equal([KsmMigrationScenario.Tree], KsmMigrationOptions.ScenariosWith([KsmMigrationPageType.Shared]));
        Assert.Equal(Enum.GetValues<KsmMigrationScenario>(), KsmMigrationOptions.ScenariosWith([KsmMigrationPageType.Ksm]));
    }
}
