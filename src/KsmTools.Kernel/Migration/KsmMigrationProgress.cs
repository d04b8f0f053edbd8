namespace KsmTools.Migration;

/// <summary>Where a test stands.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="PageType">The kind of pages.</param>
/// <param name="Number">Which result this is going to be, from 0.</param>
/// <param name="Count">How many results there will be.</param>
/// <param name="Step">Its step.</param>
/// <param name="Attempt">How many times it was begun.</param>
public readonly record struct KsmMigrationProgress(
    KsmMigrationScenario Scenario, KsmMigrationPageType PageType, int Number, int Count, KsmMigrationStep Step, int Attempt);
