using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>What <c>Data/Kernels/benchmark.ps1</c> found out in a guest: the benchmark ran with every source.</summary>
internal sealed record BenchmarkAnswers(
    string Auto,
    BenchmarkRow[] Rows,
    BenchmarkRow[] Sharing,
    BenchmarkRow[] Whole,
    BenchmarkRow[] Forked,
    ObservedRow[] Observed,
    string[] Before,
    string[] After)
{
    /// <summary>Runs the script.</summary>
    /// <param name="lab">The kernel.</param>
    /// <param name="sources">The sources, the best first.</param>
    public static BenchmarkAnswers Ask(LabFixture lab, string[] sources)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-Command", $"& '{Checkout.Data("Kernels/benchmark.ps1")}' -Source {string.Join(',', sources)}"));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<BenchmarkAnswers>(File.ReadAllText(Path.Combine(result.FilesFolder, "benchmark.json")))!;
    }
}

/// <summary>One result; times in nanoseconds.</summary>
internal sealed record BenchmarkRow(
    string Type,
    string Source,
    string Trigger,
    long Count,
    long? Minimum,
    double? Mean,
    long? P99,
    long? Maximum,
    long? Lost,
    long? Unmatched,
    uint? Sharing,
    long? Merged,
    int Vmas,
    int Walks,
    int Folios,
    int Addresses,
    long Elapsed,
    bool Approximate,
    string Kernel,
    string Bounds);

/// <summary>What a bystander saw beside the walks of a type; times in nanoseconds.</summary>
internal sealed record ObservedRow(string Type, long? Maximum, long? Elapsed, ObservedCalls[] Calls);

/// <summary>Calls of a kind.</summary>
internal sealed record ObservedCalls(string Call, long Count, long Total, long? RunDelay, long Without);
