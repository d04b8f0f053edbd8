namespace KsmTools.Migration;

/// <summary>Where a test stands.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Number">Which of the scenarios it is, from 0.</param>
/// <param name="Step">Its step.</param>
/// <param name="Attempt">How many times it was begun.</param>
public readonly record struct KsmMigrationProgress(KsmMigrationScenario Scenario, int Number, KsmMigrationStep Step, int Attempt);
