using KsmTools.Tests.Support;

namespace KsmTools.Tests;

/// <summary>What a user without rights can do, and how the rest is refused.</summary>
public sealed class OrdinaryUserTests
{
    [Theory]
    [InlineData("Set-KsmConfiguration -SleepMilliseconds 21")]
    [InlineData("Start-Ksm")]
    [InlineData("Invoke-KsmMerge")]
    [InlineData("Test-KsmMigration")]
    public void Changing_settings_is_refused_with_what_to_do(string script)
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        string before = RealKsm.Snapshot();
        ShellResult result = RealShell.RunAsOrdinaryUser($"$ErrorActionPreference = 'Continue'; {script}; $Error[0].FullyQualifiedErrorId");
        Assert.Contains("AccessDenied,", result.Output, StringComparison.Ordinal);
        Assert.Contains("EACCES", result.Errors, StringComparison.Ordinal);
        Assert.Contains("sudo", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, RealKsm.Snapshot());
    }

    [Fact]
    public void Looking_needs_no_rights()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        ShellResult result = RealShell.RunAsOrdinaryUser("(Get-KsmStatus).RunState; (Get-KsmConfiguration).MaxPageSharing; (Test-KsmSupport | Where-Object Name -eq 'Change settings').Available");
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("False", result.Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_of_others_are_one_error_and_ones_own_are_shown()
    {
        Assert.SkipUnless(File.Exists("/proc/self/ksm_stat"), "needs a kernel with /proc/pid/ksm_stat");
        ShellResult result = RealShell.RunAsOrdinaryUser("$me = @(Get-KsmProcess -All -ErrorAction SilentlyContinue | Where-Object Id -eq $PID).Count; \"$me $($Error.Count) $($Error[0].FullyQualifiedErrorId)\"");
        Assert.StartsWith("1 1 AccessDenied,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_memory_of_others_is_one_error_and_ones_own_is_read()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        ShellResult result = RealShell.RunAsOrdinaryUser("$own = Measure-KsmPotential -Id $PID, 1 -ErrorAction SilentlyContinue -WarningAction SilentlyContinue; \"$($own.Id -eq $PID) $($own.FramesHidden) $($own.PagesRead -gt 1000) $($Error.Count) $($Error[0].FullyQualifiedErrorId)\"");
        Assert.StartsWith("True True True 1 AccessDenied,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_hidden_frames_leave_open_is_said()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        Needs.Program("perl");
        ShellResult result = RealShell.RunAsOrdinaryUser("""
            $start = [Diagnostics.ProcessStartInfo]::new('perl', [string[]] ('-e', '$x = "samesame" x 4e5; $p = fork; syswrite(STDOUT, "$$ $p\n") if $p; sysread(STDIN, my $y, 1)'))
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            $process = [Diagnostics.Process]::Start($start)
            $ids = [int[]] $process.StandardOutput.ReadLine().Split(' ')
            $one = Measure-KsmPotential -Id $ids[0] -WarningAction SilentlyContinue
            $two = (Measure-KsmPotential -Id $ids -WarningAction SilentlyContinue)[-1]
            $process.StandardInput.Close()
            $open = foreach ($said in $one, $two) { [long] ((($said.UpperSavedBytes ?? $said.ExpectedSavedBytes) - ($said.LowerSavedBytes ?? $said.ExpectedSavedBytes)) / $said.PageSize) }
            "$($two.FramesHidden) $($open[0] -lt 200) $($open[1] -ge 380) $($one.SavedPages -lt 200)"
            """);
        Assert.True(result.Output.StartsWith("True True True True", StringComparison.Ordinal), result.Output + result.Errors);
    }

    [Fact]
    public void The_tour_says_what_it_leaves_out()
    {
        ShellResult result = RealShell.RunAsOrdinaryUser($"& '{Checkout.Root}/Module/Examples/Tour.ps1' -PageCount 100");
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Contains("Left out:", result.Output, StringComparison.Ordinal);
        Assert.Contains("Maximum", result.Output, StringComparison.Ordinal);
    }
}
