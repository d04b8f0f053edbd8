using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

public sealed class TmpfilesTests
{
    [Fact]
    public void Knobs_stand_in_the_kernels_order_and_missing_ones_are_left_out()
    {
        string text = KsmTmpfiles.Format(new KsmConfiguration { Run = KsmRunState.Running, MaxPageSharing = 64, PagesToScan = 500, AdvisorMode = KsmAdvisorMode.None });
        Assert.Equal(
            ["advisor_mode", "max_page_sharing", "pages_to_scan", "run"],
            text.Split('\n').Where(line => line.StartsWith("w ", StringComparison.Ordinal)).Select(line => Path.GetFileName(line.Split(' ')[1])));
        Assert.Contains("w /sys/kernel/mm/ksm/max_page_sharing - - - - 64\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advisor_keeps_its_pages_to_scan()
    {
        string text = KsmTmpfiles.Format(new KsmConfiguration { PagesToScan = 500, AdvisorMode = KsmAdvisorMode.ScanTime });
        Assert.DoesNotContain("/pages_to_scan", text, StringComparison.Ordinal);
        Assert.Contains("advisor_mode - - - - scan-time\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_boot_does_not_unmerge() =>
        Assert.Contains("/run - - - - 0\n", KsmTmpfiles.Format(new KsmConfiguration { Run = KsmRunState.Unmerged }), StringComparison.Ordinal);

    [Theory]
    [InlineData(KsmAdvisorMode.None, KsmRunState.Running)]
    [InlineData(KsmAdvisorMode.None, KsmRunState.Stopped)]
    [InlineData(KsmAdvisorMode.ScanTime, KsmRunState.Running)]
    public void Systemd_writes_what_Set_KsmConfiguration_writes(string mode, KsmRunState run)
    {
        using var folder = new TemporaryFolder();
        using var host = new ModuleHost();
        using var set = new FakeKsmTree();
        using var booted = new FakeKsmTree();
        using (new KernelRoot(set))
        {
            _ = host.Run("$input | Set-KsmConfiguration", UnlikeFresh(mode, run)).All<object>();
            _ = host.Run($"Save-KsmConfiguration '{folder.Path}/ksm.conf'").All<object>();
        }

        // systemd does not truncate, because a kernel's file has no length: what was there must not show behind what is written.
        foreach (KsmKnob knob in KsmKnob.All)
        {
            File.WriteAllBytes(booted.Locate(knob.Path), []);
        }

        SystemdTmpfiles.Create(folder.Path + "/ksm.conf", booted.Root);
        KsmConfiguration settings = new KsmConfigurationStore(set).Read();
        Assert.All(KsmKnob.All, knob => Assert.Equal(
            knob == KsmKnob.PagesToScan && mode == KsmAdvisorMode.ScanTime ? string.Empty : knob.TextIn(settings), booted[knob.FileName]));
    }

    [Theory]
    [InlineData(KsmAdvisorMode.None)]
    [InlineData(KsmAdvisorMode.ScanTime)]
    public void The_running_kernel_takes_the_lines_whatever_the_advisor_was(string mode)
    {
        Needs.Ksm();
        Assert.SkipUnless(File.Exists("/sys/kernel/mm/ksm/advisor_mode"), "needs a kernel with the KSM advisor");
        Assert.SkipUnless(RealKsm.Read("run") != "1", "KSM is in use on this machine");
        RealKsm.Empty();
        using var folder = new TemporaryFolder();
        using var host = new ModuleHost();
        string before = RealKsm.Snapshot();
        KsmConfiguration former = host.Run("Get-KsmConfiguration").Single<KsmConfiguration>();
        try
        {
            _ = host.Run("$input | Set-KsmConfiguration", UnlikeFresh(mode, KsmRunState.Running)).All<object>();
            string wanted = Set(mode);
            _ = host.Run($"Save-KsmConfiguration '{folder.Path}/ksm.conf'").All<object>();
            foreach (string other in (string[])[KsmAdvisorMode.None, KsmAdvisorMode.ScanTime])
            {
                _ = host.Run($"Stop-Ksm -Unmerge -Force -Confirm:$false; Reset-KsmConfiguration; Set-KsmConfiguration -AdvisorMode {other}").All<object>();
                Assert.NotEqual(wanted, Set(mode));
                SystemdTmpfiles.Create(folder.Path + "/ksm.conf", root: "/");
                Assert.Equal(wanted, Set(mode));
            }
        }
        finally
        {
            RealKsm.Empty();
            _ = host.Run("$input | Set-KsmConfiguration", former).All<object>();
        }

        Assert.Equal(before, RealKsm.Snapshot());
    }

    // A running ksmd's advisor chooses pages_to_scan anew after every scan.
    private static string Set(string mode) =>
        string.Join('\n', RealKsm.Snapshot().Split('\n').Where(line => mode == KsmAdvisorMode.None || !line.StartsWith("pages_to_scan=", StringComparison.Ordinal)));

    private static KsmConfiguration UnlikeFresh(string mode, KsmRunState run) => new()
    {
        Run = run,
        PagesToScan = mode == KsmAdvisorMode.None ? 777 : null,
        SleepMilliseconds = 30,
        MaxPageSharing = 64,
        MergeAcrossNodes = false,
        UseZeroPages = true,
        SmartScan = false,
        StableNodeChainsPruneMilliseconds = 1000,
        AdvisorMode = mode,
        AdvisorMaxCpu = 60,
        AdvisorMinPagesToScan = 600,
        AdvisorMaxPagesToScan = 20_000,
        AdvisorTargetScanTime = 100,
    };
}
