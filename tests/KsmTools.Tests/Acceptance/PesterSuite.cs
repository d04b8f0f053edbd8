using System.Diagnostics;
using System.Text.Json;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Acceptance;

/// <summary>The files of <c>tests/Pester</c>, each run in a pwsh of its own.</summary>
internal static class PesterSuite
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static string Folder { get; } = Path.Combine(Checkout.Root, "tests/Pester");

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.Tests.ps1").Order(StringComparer.Ordinal);

    /// <summary>Runs one file. A pwsh that ends without saying what came of it has failed.</summary>
    public static IReadOnlyList<PesterResult> Run(string file)
    {
        using var folder = new TemporaryFolder();
        string report = Path.Combine(folder.Path, "results.json");
        ProcessStartInfo start = Pwsh.Command("-NoProfile", "-NonInteractive", "-File", Path.Combine(Folder, "run.ps1"), "-Path", file, "-ResultPath", report);
        ShellResult run = Ksmsh.Finish(Ksmsh.Start(start), Patience);
        PesterResult[] results = File.Exists(report) ? JsonSerializer.Deserialize<PesterResult[]>(File.ReadAllText(report))! : [];
        bool told = results.Length > 0 && run.ExitCode == 0 == results.All(result => result.Result != PesterResult.Failed);
        return told ? results : [.. results, new PesterResult(Path.GetFileName(file), "runs to its end", PesterResult.Failed, $"exit code {run.ExitCode}: {run.Errors}{run.Output}")];
    }
}

/// <summary>What <c>run.ps1</c> says of an It.</summary>
/// <param name="File">The file.</param>
/// <param name="Name">The names of its blocks and its own.</param>
/// <param name="Result">Passed, Failed or Skipped.</param>
/// <param name="Message">Why it failed or was skipped.</param>
internal sealed record PesterResult(string File, string Name, string Result, string? Message)
{
    public const string Passed = nameof(Passed);
    public const string Failed = nameof(Failed);
    public const string Skipped = nameof(Skipped);
}
