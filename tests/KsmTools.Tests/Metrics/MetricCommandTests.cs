using KsmTools.Errors;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Metrics;

public sealed class MetricCommandTests : IDisposable
{
    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "ksm.prom");

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_machine_is_said_without_input()
    {
        using var tree = new FakeKsmTree { ["general_profit"] = "-64", ["pages_shared"] = "7" };
        Directory.CreateDirectory(Path.Combine(tree.Root, "proc"));
        using var root = new KernelRoot(tree);
        string document = _host.Run("ConvertTo-KsmMetric").Single<string>();
        Assert.Contains("\nksm_profit_bytes -64\n", document, StringComparison.Ordinal);
        Assert.Contains("\nksm_shared_pages 7\n", document, StringComparison.Ordinal);
        Assert.Contains("\nksm_config_max_page_sharing 256\n", document, StringComparison.Ordinal);
        Assert.EndsWith("\n# EOF", document, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_stored_says_the_same()
    {
        const string Round = "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_, 3))";
        using var tree = new FakeKsmTree { ["pages_shared"] = "7", ["pages_sharing"] = "9" };
        using var root = new KernelRoot(tree);
        tree.Put("proc/vmstat", "cow_ksm 5\nksm_swpin_copy 6\n");
        string live = _host.Run("Get-KsmStatus | ConvertTo-KsmMetric").Single<string>();
        Assert.Contains("\nksm_sharing_pages 9\n", live, StringComparison.Ordinal);
        Assert.Contains("\nksm_copied_on_write_pages_total 5\n", live, StringComparison.Ordinal);
        Assert.Contains("\nksm_swap_in_copied_pages_total 6\n", live, StringComparison.Ordinal);
        Assert.Equal(live, _host.Run($"Get-KsmStatus | ForEach-Object {{ {Round} }} | ConvertTo-KsmMetric").Single<string>());
        string settings = _host.Run("Get-KsmConfiguration | ConvertTo-KsmMetric").Single<string>();
        Assert.Contains("\nksm_config_sleep_seconds 0.02\n", settings, StringComparison.Ordinal);
        Assert.Equal(settings, _host.Run($"Get-KsmConfiguration | ForEach-Object {{ {Round} }} | ConvertTo-KsmMetric").Single<string>());
    }

    [Fact]
    public void Without_processes_the_rest_is_said()
    {
        using var tree = new FakeKsmTree { ["pages_shared"] = "7" };
        using var root = new KernelRoot(tree);
        ModuleResult result = _host.Run("ConvertTo-KsmMetric");
        result.Error(ErrorReason.KernelIoError);
        Assert.Contains("\nksm_shared_pages 7\n", Assert.Single(result.Output).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_of_other_machines_have_their_name()
    {
        using var tree = new FakeKsmTree { ["pages_shared"] = "7" };
        using var root = new KernelRoot(tree);
        const string Script = """
            'one', 'two' | ForEach-Object { $status = Get-KsmStatus; $status.PSObject.Properties.Add([psnoteproperty]::new('PSComputerName', $_)); $status } | ConvertTo-KsmMetric
            """;
        string document = _host.Run(Script).Single<string>();
        Assert.Contains("\nksm_shared_pages{host=\"one\"} 7\nksm_shared_pages{host=\"two\"} 7\n", document, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_becomes_histograms_that_the_reference_parser_reads()
    {
        string trace = Path.Combine(Checkout.Root, "Module/Examples/rmap-walks.trace.txt.gz");
        string document = _host.Run($"Measure-RmapWalk -Path '{trace}' | ConvertTo-KsmMetric").Single<string>();
        Assert.Contains("rmap_walk_duration_seconds_bucket{page_type=\"ksm\",le=\"0.05\"} 1\n", document, StringComparison.Ordinal);
        Assert.Contains("rmap_walk_duration_seconds_count{page_type=\"anon\"} 4800\n", document, StringComparison.Ordinal);
        Assert.Contains("histogram\trmap_walk_duration_seconds_sum\t[('page_type', 'ksm')]\t0.651087", Parsers.OpenMetrics(document));
    }

    [Fact]
    public void Traces_of_one_group_are_added_up_and_triggers_are_no_walks()
    {
        string trace = Path.Combine(Checkout.Root, "Module/Examples/rmap-walks.trace.txt.gz");
        string document = _host.Run($"'{trace}', '{trace}' | ForEach-Object {{ Measure-RmapWalk -Path $_ }} | ConvertTo-KsmMetric").Single<string>();
        Assert.Contains("rmap_walk_duration_seconds_count{page_type=\"ksm\"} 16\n", document, StringComparison.Ordinal);
        string script = $"Measure-RmapWalk -Path '{trace}' | ForEach-Object {{ $_.PSObject.Properties.Add([psnoteproperty]::new('Source', 'Elapsed')); $_ }} | ConvertTo-KsmMetric";
        string triggers = _host.Run(script).Single<string>();
        Assert.Contains("rmap_trigger_duration_seconds_count{page_type=\"ksm\"} 8\n", triggers, StringComparison.Ordinal);
        Assert.DoesNotContain("rmap_walk_", triggers, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_written_for_everybody_and_replaced()
    {
        using var tree = new FakeKsmTree();
        Directory.CreateDirectory(Path.Combine(tree.Root, "proc"));
        using var root = new KernelRoot(tree);
        FileInfo file = _host.Run($"Export-KsmMetric '{Target}' -PassThru").Single<FileInfo>();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, file.UnixFileMode);
        string first = File.ReadAllText(Target);
        Assert.EndsWith("\n# EOF\n", first, StringComparison.Ordinal);
        Assert.Contains("# TYPE ksm_full_scans_total counter\n", first, StringComparison.Ordinal);
        Assert.Empty(_host.Run($"Export-KsmMetric '{Target}' -Format OpenMetrics").Errors);
        Assert.Contains("# TYPE ksm_full_scans counter\n", File.ReadAllText(Target), StringComparison.Ordinal);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Input_without_metrics_replaces_nothing()
    {
        File.WriteAllText(Target, "former");
        _host.Run($"4 | Export-KsmMetric '{Target}'").Error(ErrorReason.KnobValueInvalid);
        Assert.Equal("former", File.ReadAllText(Target));
        Assert.Empty(_host.Run("4 | ConvertTo-KsmMetric").Output);
    }

    [Fact]
    public void Nobody_to_tell_of_is_a_document_without_metrics() => Assert.Equal("# EOF", _host.Run("@() | ConvertTo-KsmMetric").Single<string>());

    [Fact]
    public void A_folder_that_is_not_there_is_said()
    {
        using var tree = new FakeKsmTree();
        Directory.CreateDirectory(Path.Combine(tree.Root, "proc"));
        using var root = new KernelRoot(tree);
        Assert.Equal("/nowhere/ksm.prom", _host.Run("Export-KsmMetric /nowhere/ksm.prom").Error(ErrorReason.KernelIoError).TargetObject);
    }

    [Fact]
    public void Buckets_that_do_not_ascend_are_refused() => _host.Run("ConvertTo-KsmMetric -Bucket 1, 0.5").Error(ErrorReason.KnobValueInvalid);
}
