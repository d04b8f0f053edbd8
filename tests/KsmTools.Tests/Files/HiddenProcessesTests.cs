using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Support;
using KsmTools.Tests.Memory;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

public sealed class HiddenProcessesTests
{
    [Theory]
    [InlineData("rw", "0", "", null)]
    [InlineData("rw,hidepid=invisible", "0", "", "hidepid=invisible")]
    [InlineData("rw,hidepid=2", "0", "", "hidepid=2")]
    [InlineData("rw,hidepid=ptraceable", "0", "", "hidepid=ptraceable")]
    [InlineData("rw,hidepid=noaccess", "0", "", null)]
    [InlineData("rw,hidepid=off", "0", "", null)]
    [InlineData("rw,hidepid=invisible", "80000", "", null)]
    [InlineData("rw,hidepid=ptraceable", "1ffffffffff", "", null)]
    [InlineData("rw,gid=7,hidepid=invisible", "0", "7 8", null)]
    [InlineData("rw,gid=7,hidepid=ptraceable", "0", "7 8", "hidepid=ptraceable")]
    [InlineData("rw,gid=9,hidepid=invisible", "0", "7 8", "hidepid=invisible")]
    [InlineData("rw,gid=1000,hidepid=invisible", "0", "", null)]
    public void The_option_that_hides_is_found(string options, string capabilities, string groups, string? expected)
    {
        using var tree = new MemoryTree();
        tree.Put("/proc/self/mountinfo", $"22 1 0:5 / /proc rw - proc proc rw\n24 1 0:6 / /mnt/proc rw shared:2 - proc proc rw,hidepid=invisible\n25 22 0:7 / /proc rw,nosuid shared:7 - proc proc {options}\n")
            .Put("/proc/self/status", $"Name:\tpwsh\nGid:\t5\t1000\t5\t5\nGroups:\t{groups} \nCapEff:\t{capabilities}\n");
        Assert.Equal(expected, HiddenProcesses.Find(tree.Kernel));
        Assert.Equal(expected is null, new KsmProcessReader(tree.Kernel).HiddenRemark is null);
        Assert.Equal(expected, new KsmProcessReader(tree.Kernel).NotFound("x").Message is { } said && said.Contains("hidepid", StringComparison.Ordinal) ? expected : null);
    }

    [Fact]
    public void A_proc_with_nothing_else_is_said()
    {
        using var tree = new MemoryTree();
        tree.Put("/sys/kernel/mm/ksm/run", "0\n").Put("/proc/self/mountinfo", "22 1 0:5 / /proc rw - proc proc rw,subset=pid\n");
        KsmCapability row = new KsmSupport(tree.Kernel).Check().Single(capability => capability.Name == "All processes");
        Assert.False(row.Available);
        Assert.Contains("subset=pid", row.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-KsmProcess -Id 1; Compare-RmapStrategy -Id 1; Measure-KsmPotential -Id 1; Get-ProcessPage 1 4096", 4, 0)]
    [InlineData("Get-KsmProcess -Name not-there*, neither; Measure-KsmPotential neither", 2, 1)]
    [InlineData("Invoke-RmapWalk -Id 1 -Address 4096; Invoke-KsmMerge -Id 1 -WhatIf", 2, 0)]
    [InlineData("$null = Get-KsmProcess; $null = Measure-KsmPotential", 0, 2)]
    public void Commands_name_what_hides_processes(string script, int errors, int warnings)
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        ShellResult result = RealShell.RunWithProc(
            "hidepid=2",
            $"$PSStyle.OutputRendering = 'PlainText'; $w = @(& {{ {script} }} 3>&1 2>$null | Where-Object {{ $_ -is [Management.Automation.WarningRecord] }}); "
            + "\"$(@($Error | Where-Object { \"$_\" -like '*hidepid=*' }).Count) $(@($w | Where-Object Message -like '*hidepid=*').Count) $($Error.Count)\"");
        Assert.StartsWith($"{errors} {warnings} {errors}", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Support_names_it()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        ShellResult result = RealShell.RunWithProc("hidepid=2", "Test-KsmSupport | Where-Object Name -eq 'All processes' | ForEach-Object { \"$($_.Available) $($_.Reason)\" }");
        Assert.StartsWith("False ", result.Output, StringComparison.Ordinal);
        Assert.Contains("hidepid=", result.Output, StringComparison.Ordinal);
    }
}
