using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.KsmProcesses;

public sealed class GetKsmProcessTests : IDisposable
{
    private const string Idle = "ksm_rmap_items 0\nksm_zero_pages 0\nksm_merging_pages 0\nksm_process_profit 0\nksm_merge_any: no\nksm_mergeable: no\n";
    private const string Busy = "ksm_rmap_items 300\nksm_zero_pages 0\nksm_merging_pages 256\nksm_process_profit 1029376\nksm_merge_any: no\nksm_mergeable: yes\n";

    private readonly FakeProcesses _fake = new();
    private readonly ModuleHost _host = new();

    public GetKsmProcessTests()
    {
        _fake.Add(1, "init", Idle).Add(2, "kthreadd", string.Empty, string.Empty).Add(50, "qemu", Busy).Add(51, "qemu-img", Idle);
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", _fake.Path);
    }

    [Theory]
    [InlineData("Get-KsmProcess", "50")]
    [InlineData("Get-KsmProcess -All", "1 50 51")]
    [InlineData("Get-KsmProcess qemu", "50")]
    [InlineData("Get-KsmProcess -Name QEMU*, in?t", "1 50 51")]
    [InlineData("Get-KsmProcess -Name nothing*", "")]
    [InlineData("Get-KsmProcess -Name kthreadd", "2")]
    [InlineData("Get-KsmProcess -Id 51, 1", "51 1")]
    [InlineData("1, 50 | Get-KsmProcess", "1 50")]
    [InlineData("[pscustomobject]@{ Id = 51; Name = 'x' } | Get-KsmProcess", "51")]
    [InlineData("Get-KsmProcess | Get-KsmProcess", "50")]
    public void Processes_are_chosen(string script, string ids) => Assert.Equal(
        ids, string.Join(' ', _host.Run(script).All<KsmProcess>().Select(process => process.Id.ToString(CultureInfo.InvariantCulture))));

    [Fact]
    public void Get_Process_output_is_taken()
    {
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", null);
        Assert.SkipUnless(File.Exists("/proc/self/ksm_stat"), "needs a kernel with /proc/pid/ksm_stat");
        using var self = Process.GetCurrentProcess();
        KsmProcess process = _host.Run("$input | Get-KsmProcess", self).Single<KsmProcess>();
        Assert.Equal(Environment.ProcessId, process.Id);
        Assert.NotNull(process.MergingPages);
    }

    [Theory]
    [InlineData("Get-KsmProcess -Id 999")]
    [InlineData("999 | Get-KsmProcess")]
    [InlineData("Get-KsmProcess nosuch")]
    public void What_is_not_there_is_not_found(string script) =>
        Assert.Equal(ErrorCategory.ObjectNotFound, _host.Run(script).Error(ErrorReason.ProcessNotFound).CategoryInfo.Category);

    [Fact]
    public void One_id_that_is_not_there_does_not_stop_the_others()
    {
        ModuleResult result = _host.Run("Get-KsmProcess -Id 999, 50");
        result.Error(ErrorReason.ProcessNotFound);
        Assert.Equal(50, Assert.IsType<KsmProcess>(Assert.Single(result.Output).BaseObject).Id);
    }

    [Fact]
    public void A_kernel_without_the_files_is_not_supported_and_said_once()
    {
        using var bare = new FakeProcesses();
        bare.Add(1, "init").Add(2, "other");
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", bare.Path);
        _host.Run("Get-KsmProcess").Error(ErrorReason.KsmNotSupported);
        _host.Run("1, 2 | Get-KsmProcess").Error(ErrorReason.KsmNotSupported);
    }

    [Theory]
    [InlineData("Get-KsmProcess", "50", true)]
    [InlineData("Get-KsmProcess -All", "1 50 51", true)]
    [InlineData("Get-KsmProcess -Name *", "1 2 50 51", true)]
    [InlineData("Get-KsmProcess -Name lacks, qemu", "50", true)]
    [InlineData("Get-KsmProcess -Name qemu", "50", false)]
    public void Processes_that_a_tree_lacks_are_named_and_hide_no_others(string script, string ids, bool warns)
    {
        _fake.Add(3, "lacks");
        ModuleResult result = _host.Run(script);
        Assert.Equal(ids, string.Join(' ', result.All<KsmProcess>().Select(process => process.Id.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(warns, result.Warnings.Any(warning => warning.Contains("3 (lacks)", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_process_that_a_tree_lacks_is_an_error_of_its_own()
    {
        _fake.Add(3, "lacks").Write(51, "ksm_stat", "ksm_rmap_items many\n");
        ModuleResult result = _host.Run("Get-KsmProcess -Id 3, 51, 50");
        Assert.Equal(["ProcessNotFound", "KernelIoError"], result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Contains("3 (lacks)", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(50, Assert.IsType<KsmProcess>(Assert.Single(result.Output).BaseObject).Id);
    }

    [Fact]
    public void What_a_later_kernel_says_is_shown_and_survives()
    {
        _fake.Add(70, "new", Busy + "ksm_pages_sharing 40\nksm_odd: a b\n");
        string text = RealShell.Run(
            "Set-StrictMode -Version Latest; Get-KsmProcess -Id 70 | Format-List | Out-String -Width 120; '--'; Get-KsmProcess -Id 50 | Format-List | Out-String -Width 120; '--'; "
            + "$p = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-KsmProcess -Id 70), 1)); "
            + "$p | Format-List | Out-String -Width 120; '--'; $p.Other['ksm_pages_sharing']; Get-KsmProcess -Id 70 | ConvertTo-Json -Compress").ReplaceLineEndings("\n");
        string[] parts = text.Split("--\n");
        Assert.Matches(@"(?m)^Other +: ksm_odd a b, ksm_pages_sharing 40$", parts[0]);
        Assert.DoesNotContain("Other", parts[1], StringComparison.Ordinal);
        Assert.Contains("ksm_pages_sharing 40", parts[2], StringComparison.Ordinal);
        Assert.StartsWith("40\n", parts[3], StringComparison.Ordinal);
        Assert.Contains("\"Other\":{\"ksm_pages_sharing\":\"40\",\"ksm_odd\":\"a b\"}", parts[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_without_processes_is_an_error()
    {
        using var empty = new TemporaryFolder();
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", empty.Path);
        _host.Run("Get-KsmProcess").Error(ErrorReason.KernelIoError);
    }

    [Fact]
    public void Ids_and_names_of_processes_that_use_KSM_are_completed()
    {
        Assert.Equal("50", _host.Run("(TabExpansion2 'Get-KsmProcess -Id ').CompletionMatches.CompletionText").Single<string>());
        Assert.Equal("qemu", _host.Run("(TabExpansion2 'Get-KsmProcess -Name q').CompletionMatches.CompletionText").Single<string>());
    }

    [Fact]
    public void The_views_show_sizes_for_people_and_nothing_for_what_is_missing()
    {
        _fake.Add(60, "old", mergingPages: "12\n");
        string table = RealShell.Run("Get-KsmProcess | Format-Table | Out-String -Width 120");
        Assert.Contains("1005.3 KiB", table, StringComparison.Ordinal);
        Assert.Contains("18.8 KiB", table, StringComparison.Ordinal);
        string list = RealShell.Run("Get-KsmProcess -Id 60 | Format-List | Out-String -Width 120");
        Assert.Matches(@"(?m)^MergingPages\s*: 12\r?$", list);
        Assert.Matches(@"(?m)^Profit\s*:\s*$", list);
    }

    [Fact]
    public void At_80_columns_the_longest_figures_are_whole()
    {
        _fake.Add(4_123_456, "qemu-system-x86", Busy.Replace("1029376", "-1029376", StringComparison.Ordinal));
        string table = RealShell.Run("Get-KsmProcess qemu-s* | Format-Table | Out-String -Width 80");
        Assert.Matches(@"(?m)^4123456 qemu-system-x86 +300 +256 +0 -1005\.3 KiB +18\.8 KiB", table);
    }

    [Fact]
    public void Deserialized_objects_keep_their_properties_and_their_view()
    {
        string text = RealShell.Run(
            "$p = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-KsmProcess))); "
            + "$p | Format-Table | Out-String -Width 120; $p.MetadataBytes").Trim();
        Assert.Contains("1005.3 KiB", text, StringComparison.Ordinal);
        Assert.EndsWith("19200", text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", null);
        _host.Dispose();
        _fake.Dispose();
    }
}
