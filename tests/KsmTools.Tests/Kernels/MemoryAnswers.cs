using System.Text.Json;
using KsmTools.Lab;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Kernels;

/// <summary>What <c>Data/Kernels/memory.ps1</c> found out in a guest: pages of every type were looked at, moved, and walked for every reason there is.</summary>
internal sealed record MemoryAnswers(
    NodeAnswers[] Nodes,
    Dictionary<string, PageAnswers> Before,
    Dictionary<string, PageAnswers> Pages,
    string One,
    bool AnonIsKsm,
    Dictionary<string, MoveAnswers> Moves,
    BusyAnswers UnderKsmd,
    string[] Balanced,
    Dictionary<string, string> Errors,
    Dictionary<string, JsonElement> Triggers,
    long PageStruct,
    TriggerAnswers Compaction,
    string? Lru,
    string Auto)
{
    /// <summary>Runs the script.</summary>
    public static MemoryAnswers Ask(LabFixture lab)
    {
        LabResult result = lab.Run(LabCommand.Ksmsh("-NoProfile", "-NonInteractive", "-File", Checkout.Data("Kernels/memory.ps1")));
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Errors}{result.Output}");
        return JsonSerializer.Deserialize<MemoryAnswers>(File.ReadAllText(Path.Combine(result.FilesFolder, "memory.json")))!;
    }

    /// <summary>What a trigger did to a page of a type.</summary>
    public TriggerAnswers Of(string trigger, string type) => Triggers[trigger].GetProperty(type).Deserialize<TriggerAnswers>()!;
}

/// <summary>A node.</summary>
internal sealed record NodeAnswers(int Id, bool HasMemory, string Cpus, long MemoryBytes, int[] Distances);

/// <summary>The pages of a region.</summary>
internal sealed record PageAnswers(string[] Types, int Frames, int Present, int[] Nodes, long[] Shares, int KsmFlag);

/// <summary>Moving a region to node 1, once more, and back.</summary>
internal sealed record MoveAnswers(string[] There, int[] Nodes, string[] Types, string[] Again, string[] Back, double Attempts);

/// <summary>Moving merged pages while ksmd runs.</summary>
internal sealed record BusyAnswers(string[] Statuses, double Attempts, int Count);

/// <summary>One trigger: the walks of its page, and all walks that its thread made.</summary>
internal sealed record TriggerAnswers(
    string? Refusal, int Walks, int All, string[]? Types, string[]? Command, int Pages, string? Type, int? From, int? To, int? Node, bool Present, bool Moved, double? Longest, double Elapsed, long Lost);
