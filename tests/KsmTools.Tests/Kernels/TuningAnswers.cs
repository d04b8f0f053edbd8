using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>What <c>Data/Kernels/tuning.ps1</c> found out in a guest: max_page_sharing for a budget. Times in nanoseconds.</summary>
internal sealed record TuningAnswers(TuningAnswer Raised, long Usual, long Checked, TuningAnswer Recommended, TuningAnswer Applied, string[] Before, string[] After, string[] Kept)
{
    /// <summary>Runs the script.</summary>
    public static TuningAnswers Ask(LabFixture lab)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-File", Checkout.Data("Kernels/tuning.ps1")));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<TuningAnswers>(File.ReadAllText(Path.Combine(result.FilesFolder, "tuning.json")))!;
    }
}

/// <summary>A recommendation.</summary>
internal sealed record TuningAnswer(string Action, bool Applied, uint? Sharing, bool Predicted, string Bounds, long Budget, string[] Reasons, TuningMeasurement[] Measurements);

/// <summary>A measurement.</summary>
internal sealed record TuningMeasurement(uint Sharing, long P99, double Mean, long Count, string Source, string Trigger);
