using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Tests.Support;
using KsmTools.Tuning;

namespace KsmTools.Tests.Tuning;

/// <summary>The cmdlet on a tree of files.</summary>
public sealed class OptimizeCommandTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();
    private readonly ModuleHost _host = new();
    private readonly KernelRoot _root;

    public OptimizeCommandTests()
    {
        _root = new KernelRoot(_tree);
        _tree.Put("proc/meminfo", $"MemTotal: {16 << 20} kB\nMemAvailable: {1 << 20} kB\n");
    }

    public void Dispose()
    {
        _root.Dispose();
        _host.Dispose();
        _tree.Dispose();
    }

    [Theory]
    [InlineData("Optimize-Ksm WalkLatency", "-MaximumWalkLatency 5ms")]
    [InlineData("Optimize-Ksm WalkLatency -TargetScanTime 9", "-MaximumWalkLatency")]
    [InlineData("Optimize-Ksm ScanTime -Continuous", "-TargetScanTime")]
    [InlineData("Optimize-Ksm MemoryPressure -MaximumCpu 50", "-Threshold")]
    [InlineData("Optimize-Ksm MemoryPressure -MaximumWalkLatency 5ms", "-Interval")]
    [InlineData("Optimize-Ksm MemoryPressure -MinimumPagesToScan 9 -MaximumPagesToScan 8", "-MaximumPagesToScan")]
    public void A_request_that_makes_no_sense_says_what_would(string script, string expected)
    {
        ErrorRecord error = _host.Run(script).Error(ErrorReason.KnobValueInvalid);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Contains(expected, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Optimize-Ksm ScanTime -TargetScanTime 0")]
    [InlineData("Optimize-Ksm ScanTime -MaximumCpu 0")]
    [InlineData("Optimize-Ksm ScanTime -MaximumCpu 101")]
    [InlineData("Optimize-Ksm MemoryPressure -Threshold 120%")]
    [InlineData("Optimize-Ksm MemoryPressure -Threshold 20")]
    [InlineData("Optimize-Ksm MemoryPressure -Boost 0")]
    [InlineData("Optimize-Ksm WalkLatency -MaximumWalkLatency 0")]
    [InlineData("Optimize-Ksm WalkLatency -MaximumWalkLatency 5ms -MaxPageSharing 1")]
    [InlineData("Optimize-Ksm Nothing")]
    public void A_value_that_nothing_takes_is_refused_and_nothing_is_written(string script)
    {
        string before = _tree.Snapshot();
        Assert.Single(_host.Run(script + " -Apply").Errors);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Theory]
    [InlineData("Optimize-Ksm ScanTime -TargetScanTime 60")]
    [InlineData("Optimize-Ksm ScanTime -TargetScanTime 60 -Apply -WhatIf")]
    [InlineData("Optimize-Ksm MemoryPressure")]
    [InlineData("Optimize-Ksm MemoryPressure -Apply -WhatIf")]
    public void A_recommendation_writes_nothing(string script)
    {
        string before = _tree.Snapshot();
        KsmRecommendation recommendation = _host.Run(script).Single<KsmRecommendation>();
        Assert.False(recommendation.Applied);
        Assert.NotEmpty(recommendation.Changes);
        Assert.Equal(before, _tree.Snapshot());
        Assert.False(_tree.Exists("/run/ksmtools"));
    }

    [Fact]
    public void What_is_recommended_can_be_set()
    {
        _ = _host.Run("(Optimize-Ksm ScanTime -TargetScanTime 2m -MaximumCpu 30).Recommended | Set-KsmConfiguration").All<object>();
        Assert.Equal(("120", "30", "scan-time"), (_tree["advisor_target_scan_time"], _tree["advisor_max_cpu"], _tree["advisor_mode"]));
    }

    [Fact]
    public void Apply_applies()
    {
        Assert.True(_host.Run("Optimize-Ksm ScanTime -TargetScanTime 2m -Apply").Single<KsmRecommendation>().Applied);
        Assert.Equal("120", _tree["advisor_target_scan_time"]);
        _ = _host.Run("Set-KsmConfiguration -AdvisorMode None").All<object>();
        Assert.True(_host.Run("Optimize-Ksm MemoryPressure -Apply").Single<KsmRecommendation>().Applied);
        Assert.Equal("1", _tree["run"]);
    }

    [Fact]
    public void Walks_are_not_measured_in_a_captured_tree() =>
        _ = _host.Run("Optimize-Ksm WalkLatency -MaximumWalkLatency 5ms").Error(ErrorReason.TriggerNotSupported);

    [Fact]
    public void More_sharing_than_there_are_pages_cannot_be_measured() =>
        _ = _host.Run("Optimize-Ksm WalkLatency -MaximumWalkLatency 5ms -PageCount 100").Error(ErrorReason.KnobValueInvalid);

    [Fact]
    public void A_trigger_that_takes_pages_out_of_use_is_refused() =>
        _ = _host.Run("Optimize-Ksm WalkLatency -MaximumWalkLatency 5ms -Trigger SoftOffline").Error(ErrorReason.TriggerNotSupported);

    [Fact]
    public void A_recommendation_survives_serialization()
    {
        PSObject copy = Assert.Single(_host.Run("[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Optimize-Ksm MemoryPressure)))").Output);
        Assert.Equal("Deserialized.KsmTools.Tuning.KsmRecommendation", copy.TypeNames[0]);
        Assert.Equal(400u, Property(Property(copy, "Recommended"), "PagesToScan"));
        Assert.Equal(100u, Property(Property(copy, "Current"), "PagesToScan"));
        Assert.Equal("run", Property(((System.Collections.ArrayList)((PSObject)Property(copy, "Changes")).BaseObject)[2]!, "Path").ToString()!.Split('/')[^1]);
    }

    [Fact]
    public void Without_ksm_every_policy_says_so()
    {
        Directory.Delete(_tree.Locate("/sys/kernel/mm/ksm"), recursive: true);
        foreach (string script in new[] { "ScanTime", "MemoryPressure", "WalkLatency -MaximumWalkLatency 1ms" })
        {
            _ = _host.Run("Optimize-Ksm " + script).Error(ErrorReason.KsmNotSupported);
        }
    }

    private static object Property(object of, string name) => PSObject.AsPSObject(of).Properties[name].Value;
}
