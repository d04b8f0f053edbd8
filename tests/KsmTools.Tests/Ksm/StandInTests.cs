using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Support;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>Kernels with a patch in KSM's place, or beside it.</summary>
public sealed class StandInTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModuleHost _host = new();
    private readonly KernelRoot _root;

    public StandInTests()
    {
        _root = new KernelRoot(Tree);
        _folder.Write("proc/1/comm", "init\n");
    }

    private KernelTree Tree => new(_folder.Path);

    public void Dispose()
    {
        _root.Dispose();
        _host.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Get-KsmStatus")]
    [InlineData("Get-KsmConfiguration")]
    [InlineData("Get-KsmProcess")]
    [InlineData("Get-KsmProcess -Id 1, 2")]
    [InlineData("Set-KsmConfiguration -PagesToScan 200")]
    [InlineData("Start-Ksm")]
    [InlineData("Stop-Ksm")]
    [InlineData("Watch-Ksm -Count 1")]
    [InlineData("Invoke-KsmMerge")]
    [InlineData("ConvertTo-KsmMetric")]
    [InlineData("Optimize-Ksm ScanTime")]
    public void Every_command_names_UKSM_where_it_is_in_the_place_of_KSM(string script)
    {
        PutUksm();
        System.Management.Automation.ErrorRecord error = _host.Run(script).Error(ErrorReason.KsmNotSupported);
        Assert.Contains("UKSM", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("/sys/kernel/mm/uksm", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("cpu_governor", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_of_nothing_but_UKSM_has_no_processes_to_speak_of()
    {
        PutUksm();
        Directory.Delete(Path.Combine(_folder.Path, "proc"), recursive: true);
        Assert.Contains("UKSM", _host.Run("Get-KsmProcess").Error(ErrorReason.KsmNotSupported).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Support_has_rows_for_what_is_there_and_for_nothing_else()
    {
        Assert.Empty(Rows("UKSM", "process_ksm"));
        PutUksm();
        PutCalls();
        KsmCapability[] rows = Rows("Kernel", "UKSM", "process_ksm");
        Assert.Equal([("Kernel", false), ("UKSM", true), ("process_ksm", true)], rows.Select(row => (row.Name, row.Available)));
        Assert.Contains("UKSM", rows[0].Reason, StringComparison.Ordinal);
        Assert.Contains("process_ksm_enable 462, process_ksm_disable 463, process_ksm_status 464", rows[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_KSM_they_are_rows_and_no_errors()
    {
        using var tree = new FakeKsmTree();
        Assert.DoesNotContain(new KsmSupport(tree).Check(), row => row.Name is "UKSM" or "process_ksm");
        tree.Put("sys/kernel/mm/uksm/run", "1\n");
        tree.Put("sys/kernel/process_ksm/process_ksm_enable", "462\n");
        KsmCapability[] rows = [.. new KsmSupport(tree).Check().Where(row => row.Name is "Kernel" or "UKSM" or "process_ksm")];
        Assert.Equal([("Kernel", true), ("UKSM", true), ("process_ksm", true)], rows.Select(row => (row.Name, row.Available)));
        _ = new KsmStatusReader(tree).Read();
    }

    [Fact]
    public void Calls_without_KSM_are_named()
    {
        PutCalls();
        Assert.Contains("/sys/kernel/process_ksm", _host.Run("Get-KsmStatus").Error(ErrorReason.KsmNotSupported).ToString(), StringComparison.Ordinal);
    }

    private KsmCapability[] Rows(params string[] names) => [.. new KsmSupport(Tree).Check().Where(row => names.Contains(row.Name))];

    private void PutUksm()
    {
        foreach (string file in new[] { "run", "pages_shared", "pages_sharing", "sleep_millisecs", "full_scans" })
        {
            _folder.Write("sys/kernel/mm/uksm/" + file, "1\n");
        }
    }

    private void PutCalls()
    {
        foreach ((string call, int number) in new[] { ("enable", 462), ("disable", 463), ("status", 464) })
        {
            _folder.Write($"sys/kernel/process_ksm/process_ksm_{call}", $"{number}\n");
        }
    }
}
