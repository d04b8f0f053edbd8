using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>-Command, -File and standard input: what is printed where, and how the process ends.</summary>
public sealed class CommandTests
{
    [Fact]
    public void Streams_go_where_pwsh_sends_them()
    {
        ShellRun run = Ksmsh.Run(
            "-Command",
            "Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Information i -InformationAction Continue; Write-Host h -ForegroundColor Red; Write-Error e; 'x'");
        Assert.Equal(["WARNING: w", "VERBOSE: v", "DEBUG: d", "i", "h", "x"], run.Lines);
        Assert.Equal("Write-Error: e\n", run.Errors);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("1", 0)]
    [InlineData("throw 'x'", 1)]
    [InlineData("Get-Item /no/such/item", 1)]
    [InlineData("Get-Item /no/such/item; 1", 0)]
    [InlineData("exit 5", 5)]
    [InlineData("& { exit 300 }", 300 & 0xFF)]
    [InlineData("sh -c 'exit 7'", 1)]
    [InlineData("sh -c 'exit 7'; exit $LASTEXITCODE", 7)]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-Item /no/such/item; exit 9", 1)]
    [InlineData("if (", 1)]
    [InlineData("no-such-command", 1)]
    public void Commands_end_as_in_pwsh(string command, int code)
    {
        ShellRun run = Ksmsh.Run("-Command", command);
        Assert.Equal(code, run.ExitCode);
        Assert.Equal(command.Contains("no", StringComparison.Ordinal) || command.Contains("throw", StringComparison.Ordinal) || command == "if (", run.Errors.Length > 0);
    }

    [Fact]
    public void A_bad_command_line_ends_with_64()
    {
        ShellRun run = Ksmsh.Run("-Bogus");
        Assert.Equal(64, run.ExitCode);
        Assert.Contains("'-Bogus' is not recognized", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Usage: ksmsh", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_and_help_are_answered_without_an_engine()
    {
        Assert.StartsWith("ksmsh 0.", Ksmsh.Run("-Version").Output, StringComparison.Ordinal);
        Assert.Contains("-WorkingDirectory", Ksmsh.Run("-?").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_gets_its_arguments_place_and_exit_code()
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write(
            "s.ps1", "param([string]$Name, [switch]$Flag, [int]$N = 3)\n\"$PSScriptRoot|$Name|$Flag|$N|$($MyInvocation.MyCommand.Name)\"\nWrite-Error oops\nexit 9\n");
        ShellRun run = Ksmsh.Run("-File", script, "-Name", "bob", "-Flag", "-N", "4");
        Assert.Equal([$"{folder.Path}|bob|True|4|s.ps1"], run.Lines);
        Assert.Equal(9, run.ExitCode);

        Assert.Equal([$"{folder.Path}|a b|False|3|s.ps1"], Ksmsh.Run(script, "a b", "-Flag:$false").Lines);
        Assert.Equal(["1|2"], Ksmsh.Run(folder.Write("args.ps1", "$args -join '|'"), "1", "2").Lines);

        ShellRun wrong = Ksmsh.Run("-File", script, "-N", "x");
        Assert.Equal(1, wrong.ExitCode);
        Assert.StartsWith("s.ps1: Cannot process argument transformation on parameter 'N'", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_a_script_shows_its_line()
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write("t.ps1", "'before'\n\nthrow 'inside'\n");
        ShellRun run = Ksmsh.Run("-File", script);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [$"Exception: {script}:3", "Line |", "   3 |  throw 'inside'", "     |  ~~~~~~~~~~~~~~", "     | inside"],
            run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("sh -c 'exit 3'", 0)]
    [InlineData("Write-Error x", 0)]
    [InlineData("throw 1", 1)]
    [InlineData("function f { exit 4 }; f; 'not reached'", 4)]
    public void Scripts_end_as_in_pwsh(string text, int code)
    {
        using var folder = new TemporaryFolder();
        ShellRun run = Ksmsh.Run(folder.Write("e.ps1", text));
        Assert.Equal(code, run.ExitCode);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void An_error_says_what_to_do_next() =>
        Assert.Contains(
            "Recommendation: type this",
            Ksmsh.Run("-c", "function f { [CmdletBinding()]param() Write-Error 'bad' -RecommendedAction 'type this' }; f").Errors,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("-")]
    [InlineData("-Command", "-")]
    [InlineData]
    public void Standard_input_is_read_line_by_line(params string[] arguments)
    {
        ShellRun run = Ksmsh.RunWithInput("1+1\nfunction f {\n 'in f'\n}\n\nf\nif ($false) { 1 }\nelse { 2 }\nforeach ($i in 3,4) {\n$i\n}\n\nexit 4\n", arguments);
        Assert.Equal(4, run.ExitCode);
        Assert.Equal(["2", "in f", "3", "4"], run.Lines);
    }

    [Fact]
    public void The_end_of_input_ends_a_block()
    {
        ShellRun run = Ksmsh.RunWithInput("if ($true) {\n'yes'\n}", "-Command", "-");
        Assert.Equal(["yes"], run.Lines);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, Ksmsh.RunWithInput("throw 1", "-").ExitCode);
    }

    [Fact]
    public void A_command_may_read_standard_input()
    {
        Assert.Equal(["<a>", "<b>"], Ksmsh.RunWithInput("a\nb\n", "-c", "$input | ForEach-Object { \"<$_>\" }").Lines);
        Assert.Equal(["name: bob", "<bob>"], Ksmsh.RunWithInput("bob\n", "-c", "$n = Read-Host name; \"<$n>\"").Lines);
        ShellRun refused = Ksmsh.RunWithInput("bob\n", "-NonInteractive", "-c", "Read-Host name");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("NonInteractive mode", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Confirmation_is_asked_and_obeyed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", "x");
        ShellRun no = Ksmsh.RunWithInput("?\nn\n", "-c", $"Remove-Item {file} -Confirm");
        Assert.True(File.Exists(file));
        Assert.Contains($"Performing the operation \"Remove File\" on target \"{file}\".", no.Output, StringComparison.Ordinal);
        Assert.Contains("[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help", no.Output, StringComparison.Ordinal);
        Ksmsh.RunWithInput("y\n", "-c", $"Remove-Item {file} -Confirm");
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Mandatory_parameters_are_asked_for()
    {
        ShellRun run = Ksmsh.RunWithInput("4\na\nb\n\n", "-c", "function q { param([Parameter(Mandatory)][int]$n, [Parameter(Mandatory)][string[]]$l) \"$($n + 1) $l\" }; q");
        Assert.EndsWith("n: 4\nl[0]: a\nl[1]: b\nl[2]: \n5 a b\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Native_commands_are_part_of_pipelines()
    {
        Assert.Equal(["A", "B"], Ksmsh.Run("-c", "'b','a' | sort | tr a-z A-Z").Lines);
        Assert.Equal("err\n", Ksmsh.Run("-c", "sh -c 'echo err >&2'").Errors);
    }

    [Fact]
    public void A_started_process_reads_and_writes_files_before_the_wait_is_over()
    {
        using var folder = new TemporaryFolder();
        folder.Write("in", "text\n");
        ShellRun run = Ksmsh.Run(
            "-wd", folder.Path, "-c",
            "$p = Start-Process sh -ArgumentList '-c \"tr a-z A-Z; echo err >&2; exit 3\"' -Wait -PassThru -RedirectStandardInput in -RedirectStandardOutput out -RedirectStandardError err; $p.ExitCode; Get-Content out, err");
        Assert.Equal(["3", "TEXT", "err"], run.Lines);
    }

    [Fact]
    public void The_working_directory_is_where_it_was_told_to_be()
    {
        Assert.Equal(["/usr"], Ksmsh.Run("-wd", "/usr", "-c", "$PWD.Path").Lines);
        ShellRun missing = Ksmsh.Run("-wd", "/no/such/folder", "-c", "1");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("/no/such/folder", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_only_pwsh_has_says_so()
    {
        ShellRun run = Ksmsh.Run("-c", "Invoke-WebRequest http://localhost");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Invoke-WebRequest is not part of ksmsh", run.Errors, StringComparison.Ordinal);
        Assert.Contains("pwsh", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipes_get_no_escape_sequences_and_no_progress()
    {
        ShellRun run = Ksmsh.RunIn(
            new() { ["TERM"] = "xterm-256color" },
            "-c", "Write-Progress act st -PercentComplete 5; Get-Item / | Format-Table; Write-Warning w; Write-Host h -ForegroundColor Red; Write-Error e");
        Assert.DoesNotContain('\e', run.Output);
        Assert.DoesNotContain('\e', run.Errors);
        Assert.DoesNotContain("act", run.Output, StringComparison.Ordinal);
    }
}
