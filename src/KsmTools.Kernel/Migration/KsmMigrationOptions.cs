namespace KsmTools.Migration;

/// <summary>What to test.</summary>
public sealed class KsmMigrationOptions
{
    /// <summary>The fewest pages: the half that mremap(2) leaves of them must still be two that can be merged.</summary>
    public const int FewestPages = 4;

    /// <summary>The scenarios, in this order; one that is named twice is tested once.</summary>
    public IReadOnlyList<KsmMigrationScenario> Scenarios { get; init; } = Enum.GetValues<KsmMigrationScenario>();

    /// <summary>The kinds of pages, of which each scenario is tested with those that it has; null for all of them.</summary>
    public IReadOnlyList<KsmMigrationPageType>? PageTypes { get; init; }

    /// <summary>How many equal pages, <see cref="FewestPages"/> or more. Of an odd number, <see cref="KsmMigrationScenario.Mremap"/> takes one fewer. Each process of <see cref="KsmMigrationScenario.Tree"/> has a quarter of them.</summary>
    public int PageCount { get; init; } = 32;

    /// <summary>How long ksmd may take for each merging, and how long to try again where compaction leaves pages where they are.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The scenarios that have pages of a kind.</summary>
    /// <param name="pageTypes">The kinds.</param>
    public static IReadOnlyList<KsmMigrationScenario> ScenariosWith(IReadOnlyList<KsmMigrationPageType> pageTypes) =>
        [.. Enum.GetValues<KsmMigrationScenario>().Where(scenario => KsmMigrationCase.PageTypesOf(scenario).Any(pageTypes.Contains))];

    /// <summary>What merging must come to; null for what the kernel's settings imply.</summary>
    internal PageSharing? Expected { get; init; }
}
