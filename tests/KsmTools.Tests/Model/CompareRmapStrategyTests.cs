using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Model;
using KsmTools.Tests.Memory;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Model;

public sealed class CompareRmapStrategyTests
{
    [Fact]
    public void The_acceptance_figures()
    {
        using var host = new ModuleHost();
        IReadOnlyList<RmapStrategyCost> costs = host.Run("Compare-RmapStrategy -VmaCount 20000 -Sharing 256 -Mremap").All<RmapStrategyCost>();
        Assert.Equal(
            [(RmapStrategy.FullRange, 5_120_000L, 256L, 0L), (RmapStrategy.AddressDerived, 128, 128, 128), (RmapStrategy.StoredPgoff, 256, 256, 0)],
            costs.Select(cost => (cost.Strategy, cost.VmasVisited, cost.MappingsFound, cost.MappingsMissed!.Value)));
        Assert.Equal(5_120_000L, host.Run("Compare-RmapStrategy").All<RmapStrategyCost>()[0].VmasVisited);
    }

    [Fact]
    public void A_benchmark_result_calibrates_after_a_round_trip_and_among_others()
    {
        using var host = new ModuleHost();
        const string Result = "[pscustomobject] @{ PageType = 'Ksm'; Count = 6; MeanNanoseconds = 51200000.0; VmaCount = 20000; MaxPageSharing = 256; PageCount = 20000 }";
        const string Anon = "[pscustomobject] @{ PageType = 'Anon'; Count = 6; MeanNanoseconds = 5.0; VmaCount = 20000; MaxPageSharing = $null; PageCount = 20000 }";
        foreach (string given in new[] { $"({Result})", $"([System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(({Result}))))", $"(({Result}), ({Anon}))" })
        {
            RmapStrategyCost cost = host.Run($"Compare-RmapStrategy 1000 100 -Calibration {given} -MaximumWalkDuration 1ms").All<RmapStrategyCost>()[0];
            Assert.Equal((1_000_000L, 100), (cost.EstimatedNanoseconds!.Value, cost.RecommendedMaxPageSharing!.Value));
        }

        // Fewer pages than the knob allows: 100 sharers.
        RmapStrategyCost few = host.Run(
            "Compare-RmapStrategy 1000 100 -Calibration ([pscustomobject] @{ Count = 1; MeanNanoseconds = 1000000.0; VmaCount = 100; MaxPageSharing = 256; PageCount = 100 })").All<RmapStrategyCost>()[0];
        Assert.Equal(10_000_000L, few.EstimatedNanoseconds);
    }

    [Fact]
    public void Statistics_of_a_trace_calibrate_the_layout_that_is_compared()
    {
        using var host = new ModuleHost();
        string capture = Checkout.Data("captures/6.12-native/ksm.trace.txt");
        IReadOnlyList<RmapStrategyCost> costs = host.Run($"Compare-RmapStrategy -Calibration (Measure-RmapWalk -Path '{capture}') -MaximumWalkDuration 10ms").All<RmapStrategyCost>();
        Assert.InRange(costs[0].EstimatedNanoseconds!.Value, 1_130_000_000, 1_132_000_000);
        Assert.Equal(2, costs[0].RecommendedMaxPageSharing);
    }

    [Theory]
    [InlineData("Compare-RmapStrategy -MaximumWalkDuration 1ms")]
    [InlineData("Compare-RmapStrategy -Calibration ([pscustomobject] @{ Count = 0; MeanNanoseconds = $null; PageType = 'Ksm' })")]
    [InlineData("Compare-RmapStrategy -Calibration ([pscustomobject] @{ Count = 0; MeanNanoseconds = 12.0 })")]
    [InlineData("Compare-RmapStrategy -Calibration ([pscustomobject] @{ PageType = 'Anon'; MeanNanoseconds = 12.0 })")]
    [InlineData("Compare-RmapStrategy -Calibration 7")]
    [InlineData("Compare-RmapStrategy -Calibration ([pscustomobject] @{ Count = 6; MeanNanoseconds = 690833.0; VmaCount = 20000; MaxPageSharing = 256 })")]
    [InlineData("Compare-RmapStrategy -Sharing 1")]
    [InlineData("Compare-RmapStrategy -VmaCount 0")]
    [InlineData("Compare-RmapStrategy -MaxPageSharing 1")]
    public void What_cannot_be_is_refused(string script)
    {
        using var host = new ModuleHost();
        ModuleResult result = host.Run(script);
        Assert.Empty(result.Output);
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal(script.Contains("Duration", StringComparison.Ordinal) || script.Contains("Count = ", StringComparison.Ordinal) && !script.Contains("$null", StringComparison.Ordinal)
            ? ErrorCategory.InvalidArgument : ErrorCategory.InvalidData, error.CategoryInfo.Category);
    }

    [Fact]
    public void A_bound_that_cannot_be_kept_is_a_warning()
    {
        using var host = new ModuleHost();
        ModuleResult result = host.Run("Compare-RmapStrategy 1000 100 -Calibration ([pscustomobject] @{ MeanNanoseconds = 1000000.0 }) -MaximumWalkDuration 10us");
        Assert.Equal(3, result.All<RmapStrategyCost>().Count);
        Assert.StartsWith("FullRange:", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_in_a_captured_tree()
    {
        using var tree = new MemoryTree();
        tree.Put($"/proc/{MemoryTree.Id}/smaps", "00010000-00011000 rw-p 00000000 00:00 0\nKSM: 4 kB\nVmFlags: mg\n00011000-00012000 rw-p 00000000 00:00 0\nKSM: 4 kB\nVmFlags: mg\n");
        using var root = new KernelRoot(tree.Kernel);
        using var host = new ModuleHost();
        ModuleResult result = host.Run($"[pscustomobject] @{{ Id = {MemoryTree.Id} }} | Compare-RmapStrategy");
        Assert.Equal([4L, 2L], result.All<RmapStrategyCost>().Select(cost => cost.VmasVisited));
        Assert.Contains("CAP_SYS_ADMIN", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_that_are_not_there_do_not_end_the_others()
    {
        using var host = new ModuleHost();
        ModuleResult result = host.Run("2147483646, $PID | ForEach-Object { [pscustomobject] @{ Id = $_ } } | Compare-RmapStrategy");
        Assert.Equal(2147483646, result.Error(ErrorReason.ProcessNotFound).TargetObject);
        Assert.Equal(2, result.Output.Count);
    }

    [Fact]
    public void A_real_region_has_the_cost_that_it_was_made_for()
    {
        Needs.Ksm();
        string before = RealKsm.Snapshot();
        using var host = new ModuleHost();
        try
        {
            IReadOnlyList<RmapStrategyCost> costs = host.Run(
                "$r = New-RmapRegion Ksm 600 -SplitVma; $null = Invoke-KsmMerge -Id $PID; Compare-RmapStrategy -Id $PID -Calibration ([pscustomobject] @{ MeanNanoseconds = 256 * 600 * 100.0; VmaCount = 600; Sharing = 256 }) -MaximumWalkDuration 1ms").All<RmapStrategyCost>();
            RmapVmaFamily family = costs[0].WorstFamily!;
            Assert.InRange(family.VmaCount, 600, 20_000);
            Assert.Equal((600, 600L), (family.MergeableVmaCount, family.MergedPages!.Value));
            Assert.Equal((256L, 256, 3L, 0L, false), (costs[0].Sharing, costs[0].MaxPageSharing!.Value, costs[0].KsmPageCount!.Value, costs[0].SharingElsewhere!.Value, costs[0].IsUpperBound));
            Assert.Equal([256L * family.MaximumVmaCount, 256L], costs.Select(cost => cost.VmasVisited));
            Assert.All(costs, cost => Assert.Equal((256L, 256L * family.MaximumVmaCount), (cost.MinimumVmasVisited, cost.MaximumVmasVisited!.Value)));
            Assert.Equal(256L * family.MaximumVmaCount * 100, costs[0].EstimatedNanoseconds);
            Assert.Equal(10_000 / family.MaximumVmaCount, costs[0].RecommendedMaxPageSharing);
        }
        finally
        {
            _ = host.Run("$r | Remove-RmapRegion");
            RealKsm.Empty();
        }

        Assert.Equal(before, RealKsm.Snapshot());
    }

    [Fact]
    public void An_ordinary_user_is_told_what_cannot_be_seen()
    {
        ShellResult others = RealShell.RunAsOrdinaryUser("Compare-RmapStrategy -Id 1 -ErrorAction SilentlyContinue; $Error[0].FullyQualifiedErrorId; @(Compare-RmapStrategy -Id $PID).Count");
        Assert.Contains("AccessDenied,", others.Output, StringComparison.Ordinal);
        Assert.EndsWith("2", others.Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_ends_it_at_once() => Interruption.EndsAtOnce(
        "while ($true) { $null = Compare-RmapStrategy -VmaCount 1000000 -Sharing 100000 }", Interruption.HasWorked(TimeSpan.FromSeconds(1.5)));
}
