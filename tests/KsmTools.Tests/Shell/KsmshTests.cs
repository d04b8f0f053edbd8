using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>ksmsh is PowerShell; what it adds is that the module's commands are there, wherever PowerShell runs them.</summary>
public sealed class KsmshTests
{
    [Theory]
    [InlineData("(Get-KsmStatus).GetType().FullName", "KsmTools.Ksm.KsmStatus")]
    [InlineData("(Get-Command Get-KsmStatus).Source", "KsmTools")]
    [InlineData("(Get-Help Get-KsmStatus).Name", "Get-KsmStatus")]
    [InlineData("(TabExpansion2 'Get-KsmSt' 9).CompletionMatches.CompletionText", "Get-KsmStatus")]
    [InlineData("[powershell]::Create().AddScript('(Get-KsmStatus).GetType().Name').Invoke()", "KsmStatus")]
    [InlineData("1..2 | ForEach-Object -Parallel { (Get-KsmStatus).GetType().Name }", "KsmStatus\nKsmStatus")]
    [InlineData("Start-Job { (Get-KsmStatus).GetType().Name } | Receive-Job -Wait -AutoRemoveJob", "KsmStatus")]
    [InlineData("(Start-Job { Get-KsmStatus } | Receive-Job -Wait -AutoRemoveJob).PSTypeNames[0]", "Deserialized.KsmTools.Ksm.KsmStatus")]
    [InlineData("pwsh -NoProfile -Command '(Get-KsmStatus).GetType().Name'", "KsmStatus")]
    [InlineData("Add-Type 'public static class Answer { public static int Value => 42; }'; [Answer]::Value", "42")]
    public void The_commands_are_there(string command, string expected)
    {
        ShellResult run = Ksmsh.Run("-NoProfile", "-Command", command);
        Assert.Equal((expected + "\n", string.Empty), (run.Output, run.Errors));
    }

    [Fact]
    public void A_command_may_be_encoded()
    {
        string command = Convert.ToBase64String(Encoding.Unicode.GetBytes("(Get-KsmStatus).GetType().Name"));
        Assert.Equal("KsmStatus\n", Ksmsh.Run("-NoProfile", "-EncodedCommand", command).Output);
    }

    [Fact]
    public void The_built_module_is_the_one_that_is_imported_by_hand()
    {
        ShellResult run = Ksmsh.Run(
            "-NoProfile", "-Command",
            $"$first = Get-KsmStatus; Import-Module '{Checkout.Manifest}' -Force; (Get-KsmStatus).GetType() -eq $first.GetType(); (Get-Command Get-KsmStatus).DLL; ($first | Out-String) -match 'RunState +Shared'");
        Assert.Equal(string.Empty, run.Errors);
        Assert.Equal(["True", Path.Combine(Checkout.Root, "bin/KsmTools.dll"), "True"], run.Lines);
    }

    [Fact]
    public void The_built_module_comes_before_one_that_the_user_has_installed()
    {
        using var home = new TemporaryFolder();
        home.Write(".local/share/powershell/Modules/KsmTools/KsmTools.psd1", "@{ ModuleVersion = '99.0'; RootModule = 'KsmTools.psm1'; FunctionsToExport = 'Get-KsmStatus' }");
        home.Write(".local/share/powershell/Modules/KsmTools/KsmTools.psm1", "function Get-KsmStatus { 'theirs' }");
        home.Write(".local/share/powershell/Modules/Other/Other.psm1", "function Get-Other { 'other' }");
        ProcessStartInfo start = Ksmsh.Command([], home.Path, "-NoProfile", "-Command", "(Get-KsmStatus).GetType().Name; (Start-Job { Get-KsmStatus } | Receive-Job -Wait).PSTypeNames[0]; Get-Other");
        start.Environment.Remove("XDG_DATA_HOME");
        Assert.Equal(["KsmStatus", "Deserialized.KsmTools.Ksm.KsmStatus", "other"], Ksmsh.Finish(Ksmsh.Start(start)).Lines);
    }

    [Fact]
    public void What_needs_no_module_gets_none()
    {
        const string Loaded = "[AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -contains 'KsmTools'";
        Assert.Equal(["1", "2", "False"], Ksmsh.Run("-NoProfile", "-Command", $"2, 1 | Sort-Object; {Loaded}").Lines);
        Assert.Equal(["True"], Ksmsh.Run("-NoProfile", "-Command", $"$null = Get-KsmStatus; {Loaded}").Lines);
    }

    [Fact]
    public void It_is_the_PowerShell_of_the_tool_manifest()
    {
        const string Version = "$PSVersionTable.PSVersion.ToString()";
        ShellResult real = Ksmsh.Finish(Ksmsh.Start(Pwsh.Command("-NoProfile", "-Command", Version)));
        Assert.Equal(real.Output, Ksmsh.Run("-NoProfile", "-Command", Version).Output);
    }

    [Fact]
    public void Nothing_is_reported()
    {
        using var home = new TemporaryFolder();
        ProcessStartInfo start = Ksmsh.Command([], home.Path, "-NoProfile", "-Command", "'written'; $env:POWERSHELL_TELEMETRY_OPTOUT; $env:POWERSHELL_UPDATECHECK");
        start.Environment.Remove("POWERSHELL_TELEMETRY_OPTOUT");
        start.Environment.Remove("POWERSHELL_UPDATECHECK");
        ShellResult run = Ksmsh.Finish(Ksmsh.Start(start));
        Assert.Equal(["written", "1", "Off"], run.Lines);
        Assert.DoesNotContain("telemetry.uuid", Directory.EnumerateFiles(home.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/elsewhere")]
    public void A_job_finds_the_runtime_that_runs_the_shell(string? root)
    {
        using var home = new TemporaryFolder();
        ProcessStartInfo start = Ksmsh.Command([], home.Path, "-NoProfile", "-Command", "$env:DOTNET_ROOT");
        start.Environment["DOTNET_ROOT"] = root;
        string expected = root ?? Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        Assert.Equal(expected.TrimEnd('/'), Ksmsh.Finish(Ksmsh.Start(start)).Output.Trim().TrimEnd('/'));
    }

    [Fact]
    public void Help_names_the_options() => Assert.Contains("-EncodedCommand", Ksmsh.Run("-?").Output, StringComparison.Ordinal);
}
