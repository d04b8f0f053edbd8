using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tuning;

namespace KsmTools.Tests.Tuning;

/// <summary>The cmdlet on the running kernel. Each test checks that it left the knobs as they were.</summary>
public sealed class OptimizeKernelTests : IDisposable
{
    private const string Walks = "Optimize-Ksm WalkLatency -PageCount 600 -Iterations 1 -Source Elapsed -Trigger Compaction -MaximumWalkLatency";
    private const string Endless = "Optimize-Ksm MemoryPressure -Apply -Continuous -Interval 100ms -Threshold 100%";

    private readonly ModuleHost _host = new();
    private string? _before;

    public void Dispose()
    {
        _host.Dispose();
        if (_before is not null)
        {
            RealKsm.Empty();
            Assert.Equal(_before, RealKsm.Snapshot());
            Assert.False(File.Exists("/run/ksmtools/journal"));
            Assert.False(File.Exists("/run/ksmtools/memory-pressure"));
        }
    }

    [Fact]
    public void The_advisor_gets_its_target()
    {
        Begin();
        Assert.SkipUnless(File.Exists("/sys/kernel/mm/ksm/advisor_mode"), "needs a kernel with the KSM advisor");
        try
        {
            Assert.True(_host.Run("Optimize-Ksm ScanTime -TargetScanTime 10m -MaximumCpu 25 -MinimumPagesToScan 700 -Apply").Single<KsmRecommendation>().Applied);
            Assert.Equal(
                ("none [scan-time]", "600", "25", "700"),
                (RealKsm.Read("advisor_mode"), RealKsm.Read("advisor_target_scan_time"), RealKsm.Read("advisor_max_cpu"), RealKsm.Read("pages_to_scan")));
            Assert.Equal(KsmTuningAction.None, _host.Run("Optimize-Ksm ScanTime -TargetScanTime 10m -MaximumCpu 25").Single<KsmRecommendation>().Action);
        }
        finally
        {
            _ = _host.Run("Set-KsmConfiguration -AdvisorMode None -AdvisorTargetScanTime 200 -AdvisorMaxCpu 70 -AdvisorMinPagesToScan 500 -PagesToScan 100").All<object>();
        }
    }

    [Fact]
    public void Steps_of_memory_pressure_start_ksmd_and_stop_it()
    {
        Begin();
        Assert.Equal(KsmTuningAction.Boost, _host.Run("Optimize-Ksm MemoryPressure -Threshold 100% -Apply").Single<KsmRecommendation>().Action);
        Assert.Equal("1", RealKsm.Read("run"));
        const string Relieved = "Optimize-Ksm MemoryPressure -Threshold 0% -MinimumThreshold 0 -Decay 1000 -Apply";
        Assert.Equal(KsmTuningAction.Decay, _host.Run(Relieved).Single<KsmRecommendation>().Action);
        Assert.Equal("64", RealKsm.Read("pages_to_scan"));
        Assert.Equal(KsmTuningAction.Stop, _host.Run(Relieved).Single<KsmRecommendation>().Action);
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Fact]
    public void Going_on_ends_at_once_when_it_is_stopped()
    {
        Begin();
        Interruption.EndsAtOnce(
            Endless + " -Verbose",
            _ => RealKsm.Read("pages_to_scan") == "1250",
            _ => Assert.Contains("Optimize-Ksm, process", _host.Run("Start-Ksm; Stop-Ksm; Set-KsmConfiguration -SleepMilliseconds 5").Errors[0].ToString(), StringComparison.Ordinal),
            () => Assert.Equal(_before, RealKsm.Snapshot()));
    }

    [Fact]
    public void Going_on_takes_back_what_it_set_when_it_is_asked_to_end()
    {
        Begin();
        using Process shell = StartEndless();
        Process.Start("kill", ["-TERM", $"{shell.Id}"]).WaitForExit();
        shell.WaitForExit();
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Fact]
    public void What_was_set_before_a_kill_is_reported_and_restored()
    {
        Begin();
        using (Process shell = StartEndless())
        {
            shell.Kill();
            shell.WaitForExit();
        }

        Assert.Equal("1", RealKsm.Read("run"));
        Assert.Contains("Optimize-Ksm", Assert.Single(_host.Run("Get-KsmStatus").Warnings), StringComparison.Ordinal);
        Assert.Equal(KsmRunState.Stopped, _host.Run("Restore-KsmConfiguration -PassThru").Single<KsmConfiguration>().Run);
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Fact]
    public void Walks_within_the_budget_change_nothing()
    {
        BeginWalks();
        KsmRecommendation recommendation = _host.Run($"{Walks} 1h -Apply").Single<KsmRecommendation>();
        Assert.Equal((KsmTuningAction.None, 256u, false, false), (recommendation.Action, recommendation.MaxPageSharing, recommendation.Applied, recommendation.Predicted));
        Assert.Equal([256u, 256u], recommendation.Measurements.Select(measured => measured.MaxPageSharing));
        Assert.All(recommendation.Measurements, measured => Assert.True(measured is { IsWithinBudget: true, Count: 1, VmaCount: 600 }));
        Assert.Equal(_before, RealKsm.Snapshot());
        Assert.Equal(0, RealKsm.OwnPages());
    }

    [Fact]
    public void A_budget_that_nothing_keeps_recommends_nothing()
    {
        BeginWalks();
        KsmRecommendation recommendation = _host.Run($"{Walks} 1us -Apply").Single<KsmRecommendation>();
        Assert.Null(recommendation.Recommended);
        Assert.Null(recommendation.MaxPageSharing);
        Assert.Equal(2u, recommendation.Measurements[^1].MaxPageSharing);
        Assert.Contains("Not even", recommendation.Reasons[0], StringComparison.Ordinal);
        Assert.Equal(_before, RealKsm.Snapshot());
    }

    [Fact]
    public void What_is_found_is_kept_with_Apply_and_not_without()
    {
        BeginWalks();
        KsmRecommendation recommendation = _host.Run($"{Walks} 1h -MaxPageSharing 64").Single<KsmRecommendation>();
        Assert.Equal((KsmTuningAction.Set, 64u, false), (recommendation.Action, recommendation.MaxPageSharing, recommendation.Applied));
        Assert.Equal("max_page_sharing 256 -> 64", Assert.Single(recommendation.Changes).ToString());
        Assert.Equal(_before, RealKsm.Snapshot());
        try
        {
            Assert.True(_host.Run($"{Walks} 1h -MaxPageSharing 64 -Apply").Single<KsmRecommendation>().Applied);
            Assert.Equal(_before!.Replace("max_page_sharing=256", "max_page_sharing=64", StringComparison.Ordinal), RealKsm.Snapshot());
        }
        finally
        {
            RealKsm.Empty();
            _ = _host.Run("Set-KsmConfiguration -MaxPageSharing 256").All<object>();
        }
    }

    [Fact]
    public void While_pages_are_merged_a_value_is_reckoned_and_Force_measures_it()
    {
        BeginWalks();
        _host.Run("$r = New-RmapRegion Ksm 300; $null = Invoke-KsmMerge -Id $PID").All<object>();
        try
        {
            // A budget that compactions with 256 are far beyond, and with 2 would be far within.
            long present = Enumerable.Range(0, 3).Min(_ => _host.Run($"{Walks} 1h").Single<KsmRecommendation>().Measurements[0].P99Nanoseconds);
            string budget = FormattableString.Invariant($"{present / 10_000}us");
            ModuleResult run = _host.Run($"{Walks} '{budget}' -Apply");
            _ = run.Error(ErrorReason.KnobBusy);
            var recommendation = Assert.IsType<KsmRecommendation>(Assert.Single(run.Output).BaseObject);
            Assert.Equal((true, false, KsmTuningAction.Set), (recommendation.Predicted, recommendation.Applied, recommendation.Action));
            Assert.Equal((256u, true), (recommendation.Measurements[0].MaxPageSharing, recommendation.Measurements[1].Predicted));
            Assert.InRange(recommendation.MaxPageSharing!.Value, 2u, 255u);
            Assert.InRange(recommendation.ExpectedSavedBytes!.Value, 1, recommendation.SavedBytes!.Value);
            Assert.Equal("256", RealKsm.Read("max_page_sharing"));

            // The process's counter has pages of the regions that were measured, too, until ksmd passes them.
            Assert.Equal(300, _host.Run("Get-ProcessPage -Id $PID -Address $r.Address -Count 300").All<ProcessPage>().Count(page => page.PageType == RmapPageType.Ksm));
            Assert.True(_host.Run($"{Walks} 1h -MaxPageSharing 64 -Force -Apply").Single<KsmRecommendation>().Applied);
            Assert.Equal("64", RealKsm.Read("max_page_sharing"));
        }
        finally
        {
            _ = _host.Run("Remove-RmapRegion $r; $r = $null");
            RealKsm.Empty();
            _ = _host.Run("Set-KsmConfiguration -MaxPageSharing 256");
        }
    }

    [Fact]
    public void Measuring_that_is_stopped_ends_at_once_and_puts_everything_back()
    {
        BeginWalks();
        Interruption.EndsAtOnce(
            "Optimize-Ksm WalkLatency -MaximumWalkLatency 1us -PageCount 5000 -Iterations 50",
            _ => RealKsm.Read("run") == "1",
            afterwards: () => Assert.Equal(_before, RealKsm.Snapshot()));
    }

    private static Process StartEndless()
    {
        Process shell = RealShell.Start(Endless);
        Wait.Until(() => RealKsm.Read("run") == "1", "ksmd was not started", shell);
        return shell;
    }

    private void BeginWalks()
    {
        Needs.Migration();
        Begin();
        Assert.SkipUnless(RealKsm.Read("max_page_sharing") == "256", "needs the kernel's default of max_page_sharing");
    }

    private void Begin()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") != "1", "KSM is in use on this machine");
        RealKsm.Empty();
        _before = RealKsm.Snapshot();
    }
}
