using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Merge;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>The cmdlets on the running kernel. Each test checks that it left the knobs as they were.</summary>
public sealed class RealKernelTests : IDisposable
{
    private const int PageCount = 20_000;

    private readonly ModuleHost _host = new();
    private string? _before;

    public void Dispose()
    {
        _host.Dispose();
        if (_before is not null)
        {
            RealKsm.Empty();
            Assert.Equal(_before, RealKsm.Snapshot());
        }
    }

    [Fact]
    public void Twenty_thousand_pages_merge_and_every_knob_is_as_before()
    {
        Begin();
        Assert.SkipUnless(RealKsm.Read("max_page_sharing") == "256" && new KsmStatusReader(new KernelTree("/")).Read().PagesSharing == 0, "other memory is merged");
        KsmMergeResult result = _host.Run($$"""
            $region = New-RmapRegion -PageType Ksm -PageCount {{PageCount}} -SplitVma
            try { Invoke-KsmMerge -Id $PID } finally { Remove-RmapRegion $region }
            """).Single<KsmMergeResult>();
        Assert.True(result.Converged);
        Assert.Equal(PageCount, result.PagesMerged);
        Assert.Equal(79, result.After.PagesShared);
        Assert.Equal(PageCount - 79, result.After.PagesSharing);
        Assert.InRange(result.FullScans, 2, 20);
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Fact]
    public void A_merge_goes_on_until_nothing_more_merges_and_honours_the_advisor()
    {
        Begin();
        Assert.SkipUnless(File.Exists("/sys/kernel/mm/ksm/advisor_mode"), "needs a kernel with the KSM advisor");
        string advised = string.Empty;
        ModuleResult run;
        try
        {
            _ = _host.Run("Set-KsmConfiguration -AdvisorMode ScanTime").All<object>();
            advised = RealKsm.Snapshot();
            run = _host.Run("$r = New-RmapRegion -PageType Ksm -PageCount 2000; Invoke-KsmMerge; Remove-RmapRegion $r");
            Assert.Equal(advised, RealKsm.Snapshot());
        }
        finally
        {
            _ = _host.Run("Set-KsmConfiguration -AdvisorMode None -PagesToScan 100");
        }

        KsmMergeResult result = run.Single<KsmMergeResult>();
        Assert.True(result.Converged);
        Assert.InRange(result.After.PagesShared + result.After.PagesSharing ?? 0, 2000, long.MaxValue);
    }

    [Fact]
    public void KeepRunning_and_KeepSettings_keep()
    {
        Begin();
        try
        {
            _ = _host.Run("$r = New-RmapRegion -PageType Ksm -PageCount 100; Invoke-KsmMerge -PagesToScan 1234 -SleepMilliseconds 7 -KeepRunning -KeepSettings; Remove-RmapRegion $r")
                .Single<KsmMergeResult>();
            KsmConfiguration now = new KsmConfigurationStore(new KernelTree("/")).Read();
            Assert.Equal(KsmRunState.Running, now.Run);
            Assert.Equal(1234u, now.PagesToScan);
            Assert.Equal(7u, now.SleepMilliseconds);
            Assert.False(File.Exists("/run/ksmtools/journal"));
        }
        finally
        {
            _ = _host.Run("Stop-Ksm; Set-KsmConfiguration -PagesToScan 100 -SleepMilliseconds 20");
        }
    }

    [Fact]
    public void A_merge_that_takes_too_long_says_so_and_puts_everything_back()
    {
        Begin();
        ModuleResult run = _host.Run("$r = New-RmapRegion -PageType Ksm -PageCount 2000; Invoke-KsmMerge -FullScans 1000000 -Timeout 300ms; Remove-RmapRegion $r");
        _ = run.Error(ErrorReason.MergeTimeout);
        Assert.False(Assert.IsType<KsmMergeResult>(Assert.Single(run.Output).BaseObject).Converged);
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Fact]
    public void A_merge_that_is_stopped_ends_at_once_and_puts_everything_back()
    {
        Begin();
        Interruption.EndsAtOnce("$r = New-RmapRegion -PageType Ksm -PageCount 20000; try { Invoke-KsmMerge -FullScans 100000000 -Timeout 10m } finally { Remove-RmapRegion $r }", _ => RealKsm.Read("run") == "1", afterwards: () =>
        {
            Assert.Equal(_before, RealKsm.Snapshot());
            Assert.False(File.Exists("/run/ksmtools/journal"));
        });
    }

    [Fact]
    public void A_merge_that_is_killed_is_reported_and_restored()
    {
        Begin();
        using (Process killed = StartEndlessMerge())
        {
            killed.Kill();
            killed.WaitForExit();
        }

        Assert.Equal("1", RealKsm.Read("run"));
        Assert.Contains("Restore-KsmConfiguration", Assert.Single(_host.Run("Get-KsmStatus").Warnings), StringComparison.Ordinal);
        Assert.Equal(KsmRunState.Stopped, _host.Run("Restore-KsmConfiguration -PassThru").Single<KsmConfiguration>().Run);
        Assert.Equal(_before, RealKsm.Snapshot());
        Assert.Empty(_host.Run("Get-KsmStatus").Warnings);
    }

    [Fact]
    public void A_merge_that_is_asked_to_end_puts_everything_back()
    {
        Begin();
        using (Process ended = StartEndlessMerge())
        {
            Process.Start("kill", ["-TERM", $"{ended.Id}"]).WaitForExit();
            ended.WaitForExit();
        }

        Assert.Equal(_before, RealKsm.Snapshot());
        Assert.False(File.Exists("/run/ksmtools/journal"));
    }

    [Fact]
    public void A_second_merge_names_the_first()
    {
        Begin();
        using Process first = StartEndlessMerge();
        ErrorRecord error = _host.Run("Invoke-KsmMerge").Error(ErrorReason.KnobBusy);
        Assert.Contains($"process {first.Id}", error.ToString(), StringComparison.Ordinal);
        Process.Start("kill", ["-TERM", $"{first.Id}"]).WaitForExit();
        first.WaitForExit();
    }

    [Fact]
    public void Max_page_sharing_is_busy_while_pages_are_shared()
    {
        Begin();
        ModuleResult run = _host.Run("$r = New-RmapRegion -PageType Ksm -PageCount 500; $null = Invoke-KsmMerge; Set-KsmConfiguration -SleepMilliseconds 77 -MaxPageSharing 64; Remove-RmapRegion $r");
        ErrorRecord error = run.Error(ErrorReason.KnobBusy);
        Assert.Equal(ErrorCategory.ResourceBusy, error.CategoryInfo.Category);
        Assert.Equal("/sys/kernel/mm/ksm/max_page_sharing", error.TargetObject);
        Assert.Contains("EBUSY", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Theory]
    [InlineData("Set-KsmConfiguration -MaxPageSharing 1", ErrorCategory.InvalidArgument)]
    [InlineData("Set-KsmConfiguration -AdvisorTargetScanTime 0", ErrorCategory.InvalidArgument)]
    public void A_value_that_the_kernel_rejects_changes_nothing(string script, ErrorCategory category)
    {
        Begin();
        Assert.Equal(category, _host.Run(script).Error(ErrorReason.KnobValueInvalid).CategoryInfo.Category);
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Theory]
    [InlineData("Get-KsmConfiguration | Set-KsmConfiguration")]
    [InlineData("Set-KsmConfiguration -SleepMilliseconds 99 -WhatIf")]
    [InlineData("Reset-KsmConfiguration -WhatIf")]
    [InlineData("Restore-KsmConfiguration -WhatIf")]
    [InlineData("Start-Ksm -WhatIf")]
    [InlineData("Stop-Ksm -WhatIf")]
    [InlineData("Stop-Ksm -Unmerge -WhatIf")]
    [InlineData("Stop-Ksm -Unmerge -Force -WhatIf")]
    [InlineData("$WhatIfPreference = $true; Stop-Ksm")]
    [InlineData("Invoke-KsmMerge -WhatIf")]
    public void What_changes_nothing_writes_nothing(string script)
    {
        Begin();
        DateTime journal = Directory.Exists("/run/ksmtools") ? Directory.GetLastWriteTimeUtc("/run/ksmtools") : default;
        Assert.Empty(_host.Run(script).All<object>());
        Assert.Equal(_before, RealKsm.Snapshot());
        Assert.Equal(journal, Directory.Exists("/run/ksmtools") ? Directory.GetLastWriteTimeUtc("/run/ksmtools") : default);
    }

    [Fact]
    public void Start_stop_and_unmerge_do_what_they_say()
    {
        Begin();
        Assert.Equal(KsmRunState.Running, _host.Run("Start-Ksm -PassThru").Single<KsmStatus>().RunState);
        Assert.Equal(KsmRunState.Stopped, _host.Run("Stop-Ksm -PassThru").Single<KsmStatus>().RunState);
        Assert.Equal(KsmRunState.Unmerged, _host.Run("Stop-Ksm -Unmerge -Force -PassThru").Single<KsmStatus>().RunState);
    }

    [Fact]
    public void Watching_counts_samples_and_ends()
    {
        Begin();
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<KsmStatusSample> samples = _host.Run("Watch-Ksm -Interval 50ms -Count 3").All<KsmStatusSample>();
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        Assert.Equal(3, samples.Count);

        // Samples are due by the clock: one that is late shortens the interval after it, and all of them fill the time that passed.
        Assert.All(samples, sample => Assert.True(sample.Interval > TimeSpan.Zero));
        Assert.InRange(samples.Sum(sample => sample.Interval.TotalMilliseconds), 3 * 50 - 1, taken.TotalMilliseconds);
    }

    private static Process StartEndlessMerge()
    {
        Process shell = RealShell.Start("$r = New-RmapRegion -PageType Ksm -PageCount 1000; Invoke-KsmMerge -FullScans 100000000 -Timeout 10m");
        Wait.Until(() => RealKsm.Read("run") == "1", "merging did not begin", shell);
        return shell;
    }

    private void Begin()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") != "1", "KSM is in use on this machine");
        RealKsm.Empty();
        _before = RealKsm.Snapshot();
    }
}
