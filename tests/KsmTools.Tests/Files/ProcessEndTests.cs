using System.Diagnostics;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>A script that ends its own process in the middle of what a command has changed for a while.</summary>
public sealed class ProcessEndTests
{
    private const string IsDriven = "[IO.File]::ReadAllText('/sys/kernel/mm/ksm/run') -eq \"1`n\"";
    private const string Exit = "[Environment]::Exit(3)";

    [Theory]
    [InlineData($"Optimize-Ksm MemoryPressure -Apply -Continuous -Interval 100ms -Threshold 100% | ForEach-Object {{ if ({IsDriven}) {{ {Exit} }} }}")]
    [InlineData($"Invoke-RmapBenchmark Ksm, Anon, Anon -PageCount 50 -Iterations 1 -Source MigrationPte -Trigger Compaction -WarningAction Ignore | ForEach-Object {{ {Exit} }}")]
    [InlineData($"$null = [powershell]::Create().AddScript({{ while (-not ({IsDriven})) {{ }}; {Exit} }}).BeginInvoke(); $r = New-RmapRegion Ksm 1000; while ($true) {{ $null = Invoke-KsmMerge -FullScans 1000 }}")]
    public void What_was_changed_is_taken_back(string script)
    {
        Needs.Ksm();
        Needs.Migration();
        Assert.SkipUnless(RealKsm.Read("run") != "1", "KSM is in use on this machine");
        string settings = RealKsm.Snapshot();
        string tracing = RealTracing.Snapshot();
        using Process shell = RealShell.Start(script);
        Wait.Ended(shell);
        Assert.Equal(3, shell.ExitCode);
        Assert.Equal(settings, RealKsm.Snapshot());
        Assert.Equal(tracing, RealTracing.Snapshot());
    }
}
