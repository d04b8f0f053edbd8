using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>What <c>Data/Kernels/bounds.ps1</c> found out in a guest.</summary>
/// <param name="Layouts">The layouts, in the script's order.</param>
/// <param name="Left">What the script has left in tracefs.</param>
internal sealed record BoundsAnswers(IReadOnlyList<LayoutAnswers> Layouts, IReadOnlyList<string> Left)
{
    /// <summary>Runs the script.</summary>
    public static BoundsAnswers Ask(LabFixture lab)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-File", Checkout.Data("Kernels/bounds.ps1")));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<BoundsAnswers>(File.ReadAllText(Path.Combine(result.FilesFolder, "bounds.json")))!;
    }
}

/// <summary>A layout of known anon_vmas: what a migration of its worst page visited, and the bounds that were said before.</summary>
internal sealed record LayoutAnswers(
    string Name,
    long Truth,
    double Visits,
    bool Bounded,
    long Minimum,
    long Maximum,
    long Visited,
    long Stored,
    long Sharing,
    long Elsewhere);
