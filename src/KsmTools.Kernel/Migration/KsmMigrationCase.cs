namespace KsmTools.Migration;

/// <summary>What gives one result: a scenario with one kind of pages.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="PageType">The kind of pages.</param>
internal readonly record struct KsmMigrationCase(KsmMigrationScenario Scenario, KsmMigrationPageType PageType)
{
    /// <summary>The cases of scenarios, in their order.</summary>
    /// <param name="scenarios">The scenarios; one that is named twice is there once.</param>
    /// <param name="pageTypes">The kinds of pages; null for all that each scenario has.</param>
    public static KsmMigrationCase[] Of(IReadOnlyList<KsmMigrationScenario> scenarios, IReadOnlyList<KsmMigrationPageType>? pageTypes) =>
    [
        .. from scenario in scenarios.Distinct()
           from type in PageTypesOf(scenario)
           where pageTypes?.Contains(type) != false
           select new KsmMigrationCase(scenario, type),
    ];

    /// <summary>The kinds of pages that a scenario has: what it is about is merging, but for the tree of processes, which any page may be mapped in.</summary>
    public static IReadOnlyList<KsmMigrationPageType> PageTypesOf(KsmMigrationScenario scenario) =>
        scenario == KsmMigrationScenario.Tree ? Enum.GetValues<KsmMigrationPageType>() : [KsmMigrationPageType.Ksm];
}
