using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>What <c>Data/Kernels/migration.ps1</c> found out in a guest: the test of migration with all scenarios, and where it cannot be tried.</summary>
internal sealed record MigrationAnswers(
    ScenarioAnswers[] All,
    ScenarioAnswers[] Swapless,
    ScenarioAnswers[] SwapUnderLru,
    int Groups,
    ScenarioAnswers[] Many,
    ScenarioAnswers[] Apart,
    ScenarioAnswers[] Confined,
    bool Quiet,
    bool ConfinedQuiet,
    string[] Before,
    string[] After,
    long Sharing,
    bool Journal)
{
    /// <summary>Runs the script.</summary>
    public static MigrationAnswers Ask(LabFixture lab)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-File", Checkout.Data("Kernels/migration.ps1")));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<MigrationAnswers>(File.ReadAllText(Path.Combine(result.FilesFolder, "migration.json")))!;
    }
}

/// <summary>A result.</summary>
internal sealed record ScenarioAnswers(
    string Scenario,
    string PageType,
    string Result,
    string Reason,
    string? Remedy,
    int PageCount,
    long? PagesShared,
    long? PagesSharing,
    int MigratedPages,
    int MappingsVerified,
    string Trigger,
    int? FromNode,
    int? ToNode,
    int Attempts);
