using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Merge;
using KsmTools.Support;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>The cmdlets on a tree of files.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();
    private readonly ModuleHost _host = new();
    private readonly KernelRoot _root;

    public CommandTests() => _root = new KernelRoot(_tree);

    public void Dispose()
    {
        _root.Dispose();
        _host.Dispose();
        _tree.Dispose();
    }

    [Theory]
    [InlineData("Get-KsmConfiguration | Set-KsmConfiguration")]
    [InlineData("[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-KsmConfiguration))) | Set-KsmConfiguration")]
    [InlineData("[pscustomobject]@{ Run = 0; SmartScan = $true; PagesToScan = 100L; AdvisorMode = 0; AdvisorMaxCpu = 70 } | Set-KsmConfiguration")]
    [InlineData("[pscustomobject]@{ Run = 'Stopped'; SmartScan = 'True'; PagesToScan = '100'; AdvisorMode = 'None'; UseZeroPages = '' ; AdvisorMaxCpu = ''} | Set-KsmConfiguration")]
    public void A_configuration_that_comes_back_in_any_form_changes_nothing(string script)
    {
        string before = _tree.Snapshot();
        Assert.Empty(_host.Run(script).All<object>());
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void Text_from_a_csv_file_sets_knobs()
    {
        _ = _host.Run("[pscustomobject]@{ SmartScan = 'off'; AdvisorMode = 'scan-time'; MaxPageSharing = '64'; Run = 'Running' } | Set-KsmConfiguration").All<object>();
        Assert.Equal("0", _tree["smart_scan"]);
        Assert.Equal("scan-time", _tree["advisor_mode"]);
        Assert.Equal("64", _tree["max_page_sharing"]);
        Assert.Equal("1", _tree["run"]);
    }

    [Fact]
    public void PassThru_gives_what_is_there_now() =>
        Assert.Equal(33u, _host.Run("Set-KsmConfiguration -SleepMilliseconds 33 -PassThru").Single<KsmConfiguration>().SleepMilliseconds);

    [Fact]
    public void A_reset_gives_the_kernels_defaults()
    {
        string fresh = _tree.Snapshot();
        _tree["sleep_millisecs"] = "1";
        _tree["max_page_sharing"] = "16";
        _tree["run"] = "1";
        _ = _host.Run("Reset-KsmConfiguration").All<object>();
        Assert.Equal(fresh, _tree.Snapshot());
    }

    [Fact]
    public void A_missing_knob_says_so() =>
        Assert.Equal(
            ErrorCategory.ObjectNotFound,
            Without("smart_scan", "Set-KsmConfiguration -SmartScan $false").Error(ErrorReason.KnobNotSupported).CategoryInfo.Category);

    [Theory]
    [InlineData("Get-KsmStatus")]
    [InlineData("Get-KsmConfiguration")]
    [InlineData("Start-Ksm")]
    [InlineData("Invoke-KsmMerge")]
    [InlineData("Watch-Ksm -Count 1")]
    public void Without_ksm_every_command_says_so(string script)
    {
        Directory.Delete(_tree.Locate("/sys/kernel/mm/ksm"), recursive: true);
        _ = _host.Run(script).Error(ErrorReason.KsmNotSupported);
    }

    [Fact]
    public void Support_is_told_even_without_ksm()
    {
        Directory.Delete(_tree.Locate("/sys/kernel/mm/ksm"), recursive: true);
        KsmCapability kernel = _host.Run("Test-KsmSupport").All<KsmCapability>()[0];
        Assert.Null(kernel.Available);
        Assert.NotNull(kernel.Remedy);
    }

    [Theory]
    [InlineData("7.2", false, "has no linear_page_index")]
    [InlineData("7.3", true, "has linear_page_index")]
    [InlineData(null, null, "does not hold")]
    public void Support_says_which_walk_the_kernel_does(string? kernel, bool? available, string reason)
    {
        if (kernel is not null)
        {
            _tree.Put("sys/kernel/btf/vmlinux", "");
            File.Copy(Checkout.Data($"btf/{kernel}.btf"), _tree.Locate("/sys/kernel/btf/vmlinux"), overwrite: true);
        }

        KsmCapability walks = _host.Run("Test-KsmSupport | Where-Object Name -eq 'Bounded KSM walks'").Single<KsmCapability>();
        Assert.Equal(available, walks.Available);
        Assert.Contains(reason, walks.Reason, StringComparison.Ordinal);
        Assert.Equal(available == true, walks.Remedy is null);
    }

    [Fact]
    public void Everything_missing_has_a_reason_and_a_remedy() =>
        Assert.All(
            Without("smart_scan", "Test-KsmSupport").All<KsmCapability>(),
            capability =>
            {
                Assert.NotEmpty(capability.Reason);
                Assert.Equal(capability.Available == true, capability.Remedy is null);
            });

    [Fact]
    public void An_unmerge_without_the_memory_for_it_is_refused_unless_forced()
    {
        _tree["pages_sharing"] = "1000000";
        _tree.Put("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable:    1024 kB\n");
        _ = _host.Run("Stop-Ksm -Unmerge -Confirm:$false").Error(ErrorReason.MemoryInsufficient);
        _ = _host.Run("Set-KsmConfiguration -Run Unmerged").Error(ErrorReason.MemoryInsufficient);
        Assert.Equal("0", _tree["run"]);
        _ = _host.Run("Stop-Ksm -Unmerge -Force").All<object>();
        Assert.Equal("2", _tree["run"]);
    }

    [Fact]
    public void A_merge_of_a_process_that_is_not_there_says_so() =>
        _ = _host.Run("Invoke-KsmMerge -Id 4194305").Error(ErrorReason.ProcessNotFound);

    [Fact]
    public void A_merge_with_nothing_to_scan_ends_soon_and_warns()
    {
        ModuleResult run = _host.Run("Invoke-KsmMerge -Timeout 20s");
        Assert.Equal(0, run.Single<KsmMergeResult>().FullScans);
        Assert.Single(run.Warnings);
        Assert.Equal("0", _tree["run"]);
    }

    [Theory]
    [InlineData("Set-KsmConfiguration -AdvisorMaxCpu 500")]
    [InlineData("Set-KsmConfiguration -AdvisorMaxCpu 101 -SleepMilliseconds 3")]
    [InlineData("[pscustomobject]@{ AdvisorMaxCpu = '500'; SleepMilliseconds = 3 } | Set-KsmConfiguration")]
    [InlineData("Set-KsmConfiguration -Run Offline")]
    [InlineData("Set-KsmConfiguration -Run 4")]
    [InlineData("Set-KsmConfiguration -Run 'Running, Offline'")]
    [InlineData("[pscustomobject]@{ SleepMilliseconds = 30 } | Set-KsmConfiguration -Run Offline")]
    [InlineData("Set-KsmConfiguration -Run 3")]
    [InlineData("Set-KsmConfiguration -AdvisorMinPagesToScan 40000")]
    [InlineData("Set-KsmConfiguration -AdvisorMaxPagesToScan 400 -SleepMilliseconds 3")]
    [InlineData("Optimize-Ksm ScanTime -MinimumPagesToScan 40000 -Apply")]
    public void What_the_kernel_would_take_and_cannot_mean_is_refused(string script)
    {
        string before = _tree.Snapshot();
        ErrorRecord error = _host.Run(script).Error(ErrorReason.KnobValueInvalid);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void What_somebody_has_set_by_hand_is_read_and_other_knobs_can_be_set()
    {
        _tree["advisor_max_cpu"] = "500";
        _tree["advisor_min_pages_to_scan"] = "40000";
        _tree["run"] = "5";
        Assert.Equal(500ul, _host.Run("Get-KsmConfiguration").Single<KsmConfiguration>().AdvisorMaxCpu);
        _ = _host.Run("$saved = Get-KsmConfiguration; $saved.SleepMilliseconds = 33; $saved | Set-KsmConfiguration").All<object>();
        Assert.Equal(("33", "500", "40000"), (_tree["sleep_millisecs"], _tree["advisor_max_cpu"], _tree["advisor_min_pages_to_scan"]));
    }

    [Fact]
    public void A_command_after_a_killed_one_warns()
    {
        KsmJournal.Write(_tree, "Invoke-KsmMerge", KsmOwnChanges.None.With(new KsmConfigurationStore(_tree).Read(), new KsmConfiguration { Run = KsmRunState.Running }), unmerges: false);
        Assert.Contains("Restore-KsmConfiguration", Assert.Single(_host.Run("Get-KsmStatus").Warnings), StringComparison.Ordinal);
        _tree["run"] = "1";
        Assert.Equal(KsmRunState.Stopped, _host.Run("Restore-KsmConfiguration -PassThru").Single<KsmConfiguration>().Run);
    }

    [Fact]
    public void Saving_writes_a_file_once()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "ksm.conf");
        Assert.Empty(_host.Run($"Save-KsmConfiguration -Path '{path}' -WhatIf").All<object>());
        Assert.False(File.Exists(path));
        Assert.Equal(path, _host.Run($"Save-KsmConfiguration -Path '{path}' -PassThru").Single<FileInfo>().FullName);
        _ = _host.Run($"Save-KsmConfiguration -Path '{path}'").Error(ErrorReason.KernelIoError);
        _ = _host.Run($"Save-KsmConfiguration -Path '{path}' -Force").All<object>();
        _ = _host.Run($"Save-KsmConfiguration -Path '{folder.Path}/missing/ksm.conf'").Error(ErrorReason.KernelIoError);
        Assert.Contains("max_page_sharing - - - - 256", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("'200ms'", 0.2)]
    [InlineData("'10m'", 600)]
    [InlineData("'1h'", 3600)]
    [InlineData("'00:00:03'", 3)]
    [InlineData("1.5", 1.5)]
    [InlineData("([timespan]::FromSeconds(4))", 4)]
    public void Durations_are_what_people_write(string text, double seconds)
    {
        var attribute = new Transformations.DurationAttribute();
        object value = _host.Run(text).Output[0];
        Assert.Equal(TimeSpan.FromSeconds(seconds), attribute.Transform(null!, value));
    }

    [Theory]
    [InlineData("'5us'", 50)]
    [InlineData("7us", 70)]
    [InlineData("'35.78ms'", 357_800)]
    [InlineData("0.0000011", 11)]
    public void Durations_are_not_cut_off(string text, long ticks) =>
        Assert.Equal(ticks, ((TimeSpan)new Transformations.DurationAttribute { MinimumSeconds = 1e-7 }.Transform(null!, _host.Run(text).Output[0])).Ticks);

    [Theory]
    [InlineData("'soon'")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1e300")]
    public void Other_durations_are_refused(string text) =>
        Assert.Contains("is not a duration", Assert.Single(_host.Run($"Invoke-KsmMerge -Timeout {text}").Errors).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Set-KsmConfiguration -MaxPageSharing ", "64 256")]
    [InlineData("Set-KsmConfiguration -MaxPageSharing 2", "256")]
    [InlineData("Set-KsmConfiguration -SleepMilliseconds ", "20")]
    [InlineData("Set-KsmConfiguration -SmartScan ", "$true $false")]
    [InlineData("Set-KsmConfiguration -AdvisorMode S", "ScanTime")]
    [InlineData("Set-KsmConfiguration -Run R", "Running")]
    public void Knob_values_complete(string typed, string expected)
    {
        _tree["max_page_sharing"] = "64";
        Assert.Equal(
            expected,
            _host.Run($"(TabExpansion2 '{typed}' {typed.Length}).CompletionMatches.CompletionText -join ' '").Single<string>());
    }

    private ModuleResult Without(string knob, string script)
    {
        _tree[knob] = null;
        return _host.Run(script);
    }
}
