using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>What <c>Data/Kernels/sessions.ps1</c> found out in a guest: a process was moved to another NUMA node under every source's eyes.</summary>
internal sealed record SessionAnswers(
    Dictionary<string, SourceAnswers> Sources,
    Dictionary<string, ComparedAnswers> Compared,
    Dictionary<string, WithoutAnswers> Without,
    FilterAnswers Filtered,
    JsonElement Counted,
    string Auto,
    string Beside,
    int? Kept,
    string[]? Refused,
    string[]? Left)
{
    /// <summary>Runs the script.</summary>
    public static SessionAnswers Ask(LabFixture lab)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-File", Checkout.Data("Kernels/sessions.ps1")));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<SessionAnswers>(File.ReadAllText(Path.Combine(result.FilesFolder, "sessions.json")))!;
    }
}

/// <summary>What one source saw, or why it could not be used. <c>Left</c> is what was not as before afterwards.</summary>
internal sealed record SourceAnswers(
    string? Refusal,
    string[]? Functions,
    string[]? NotCovered,
    long? MissedReturns,
    long Lost,
    Dictionary<string, long>? Walks,
    long Looked,
    long Received,
    double? Longest,
    double? LookedLongest,
    string[]? Callers,
    string[]? Commands,
    long UnknownLocked,
    bool Approximate,
    Dictionary<string, MigrationWalks>? Migrations,
    SavedAnswers? Saved,
    string[]? Left);

/// <summary>The walks in a session, those that were read of what was saved of it, and how many are not the same.</summary>
internal sealed record SavedAnswers(long Looked, long Saved, long Differences);

/// <summary>The walks that a session saw of the migration of one page, and those of them that it gave the page's type or none.</summary>
internal sealed record MigrationWalks(int Walks, int OfType);

/// <summary>What a source saw where no function walks file pages alone.</summary>
internal sealed record WithoutAnswers(
    string[] Functions, string[] NotCovered, string Filter, double Unmatched, Dictionary<string, MigrationWalks> Migrations, Dictionary<string, MigrationWalks> OnlyFile, string[] Counted);

/// <summary>The walks of one move that the best source saw, and another.</summary>
internal sealed record ComparedAnswers(Dictionary<string, long> Best, Dictionary<string, long> Other);

/// <summary>What filtered sessions saw.</summary>
internal sealed record FilterAnswers(Dictionary<string, long> PageType, long OtherProcess);

/// <summary>Walks of one page type, as counted by the kernel and by a session beside it.</summary>
internal sealed record CountedAnswers(long Exact, long Counted, double ExactTotal, double CountedTotal, double Buckets);
