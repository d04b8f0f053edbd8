using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>What <c>Data/Kernels/checks.ps1</c> found out in a guest.</summary>
internal sealed record KernelAnswers(
    string Release,
    string Nodes,
    bool Native,
    bool PageIdle,
    bool Converged,
    long PagesMerged,
    long MergedAgain,
    long PagesShared,
    long PagesSharing,
    long MergingPages,
    bool? Capability,
    string[] Today,
    long[] Visits,
    string Diagnosis,
    long SharingAfterwards,
    Dictionary<string, WalkAnswers> Walks)
{
    /// <summary>Runs the script, for all that it asks at once.</summary>
    public static KernelAnswers Ask(LabFixture lab)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-File", Checkout.Data("Kernels/checks.ps1")));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<KernelAnswers>(File.ReadAllText(Path.Combine(result.FilesFolder, "answers.json")))!;
    }
}

/// <summary>The walks of one page type.</summary>
internal sealed record WalkAnswers(long Count, long P50Nanoseconds);
