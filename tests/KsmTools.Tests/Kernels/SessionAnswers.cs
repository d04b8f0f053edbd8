using System.Globalization;
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

/// <summary>The walks that two sources saw of one move, each as <c>page type, thread, start, nanoseconds</c>, and when both sessions were there.</summary>
internal sealed record ComparedAnswers(long From, long To, string[] Best, string[] Other)
{
    /// <summary>How many walks of each page type began and ended while both sessions were there, as the best source saw them.</summary>
    public Dictionary<string, int> Walks => Within(Best).CountBy(walk => walk.PageType).ToDictionary();

    /// <summary>The walks that only one of the sources saw.</summary>
    public string[] Alone => [.. AloneIn(Best, Other).Select(walk => $"only the best: {walk}"), .. AloneIn(Other, Best).Select(walk => $"only the other: {walk}")];

    // One source sees a walk begin and end a little earlier than another does, so that the edges of the time in between are one's alone.
    private IEnumerable<SeenWalk> AloneIn(string[] one, string[] other)
    {
        ILookup<(string PageType, int ThreadId), SeenWalk> others = other.Select(SeenWalk.Parse).ToLookup(walk => (walk.PageType, walk.ThreadId));
        return Within(one).Where(walk => others[(walk.PageType, walk.ThreadId)].Count(seen => seen.Start <= walk.End && walk.Start <= seen.End) != 1);
    }

    private IEnumerable<SeenWalk> Within(string[] walks) => walks.Select(SeenWalk.Parse).Where(walk => walk.Start >= From && walk.End <= To);

    private sealed record SeenWalk(string PageType, int ThreadId, long Start, long End)
    {
        public static SeenWalk Parse(string text)
        {
            string[] parts = text.Split(' ');
            long start = long.Parse(parts[2], CultureInfo.InvariantCulture);
            return new(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), start, start + long.Parse(parts[3], CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>What filtered sessions saw.</summary>
internal sealed record FilterAnswers(Dictionary<string, long> PageType, long OtherProcess);

/// <summary>Walks of one page type, as counted by the kernel and by a session beside it.</summary>
internal sealed record CountedAnswers(long Exact, long Counted, double ExactTotal, double CountedTotal, double Buckets);
