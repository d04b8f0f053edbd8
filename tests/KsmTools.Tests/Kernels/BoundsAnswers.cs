using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>A layout of known anon_vmas in <c>Data/Kernels/bounds.ps1</c>: what a migration of its worst page visited, and the bounds that were said before.</summary>
internal sealed record BoundsAnswers(
    string Name,
    long Truth,
    double Visits,
    bool Bounded,
    long Minimum,
    long Maximum,
    long Visited,
    long Stored,
    long Sharing,
    long Elsewhere)
{
    /// <summary>Runs the script.</summary>
    public static BoundsAnswers[] Ask(LabFixture lab)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-File", Checkout.Data("Kernels/bounds.ps1")));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<BoundsAnswers[]>(File.ReadAllText(Path.Combine(result.FilesFolder, "bounds.json")))!;
    }
}
