using System.Diagnostics;
using System.Text.RegularExpressions;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>The Utility and Management commands answer as pwsh's do, error ids and categories included.</summary>
public sealed partial class ParityTests
{
    private static readonly Dictionary<string, string?> Plain = new() { ["NO_COLOR"] = "1", ["TERM"] = "dumb" };

    private static string Script => Checkout.Data("Shell/Answer.ps1");

    private static string Commands => Checkout.Data("Shell/commands.txt");

    [Fact]
    public void Ksmsh_answers_as_pwsh_was_recorded()
    {
        string[] answers = Answers("dotnet", Ksmsh.Assembly);
        Assert.Equal(Split(File.ReadAllText(Checkout.Data("Shell/answers.txt"))), answers);
    }

    [Fact]
    public void The_record_is_what_pwsh_answers()
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, "pwsh"))),
            "needs pwsh to compare the recorded answers with");
        string[] answers = Answers("pwsh");
        string fresh = Path.Combine(AppContext.BaseDirectory, "answers.new.txt");
        File.WriteAllText(fresh, string.Join('\n', answers) + "\n");
        string[] recorded = Split(File.ReadAllText(Checkout.Data("Shell/answers.txt")));
        Assert.True(recorded.SequenceEqual(answers), $"pwsh answers differently from answers.txt; its answers are in {fresh}");
    }

    [Fact]
    public void Every_command_of_the_shell_is_compared()
    {
        string commands = File.ReadAllText(Commands);
        string script = "Get-Command -CommandType Cmdlet | Where-Object { $_.Source -in 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management' } | ForEach-Object Name";
        string[] names = Ksmsh.Run("-Command", script).Lines;
        Assert.Contains("Sort-Object", names);
        Assert.All(names, name => Assert.Contains(name, commands, StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Answers(params string[] shell)
    {
        using Process process = Ksmsh.Start([.. shell, "-NoProfile", "-NonInteractive", "-File", Script, Commands], Plain);
        ShellRun run = Ksmsh.Finish(process, string.Empty);
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Errors));
        return Split(run.Output);
    }

    /// <summary>The lines, without the names of temporary folders and processes.</summary>
    private static string[] Split(string text) => Sleeper().Replace(Folder().Replace(text, "<folder>"), "sleep (0)").TrimEnd('\n').Split('\n');

    [GeneratedRegex(@"(/[^\s:""']+)?/ksmtools-parity-\w+")]
    private static partial Regex Folder();

    [GeneratedRegex(@"sleep \(\d+\)")]
    private static partial Regex Sleeper();
}
