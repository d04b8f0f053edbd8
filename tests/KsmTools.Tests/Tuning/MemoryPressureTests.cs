using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Tests.Support;
using KsmTools.Tuning;

namespace KsmTools.Tests.Tuning;

/// <summary>Steps of the policy on a machine of 16 GiB, where memory is short below 3276 MiB.</summary>
public sealed class MemoryPressureTests : IDisposable
{
    private const string RecordFile = "/run/ksmtools/memory-pressure";

    private readonly FakeKsmTree _tree = new();

    public MemoryPressureTests() => Available(1000);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Pressure_starts_ksmd_and_each_step_has_it_scan_more_until_the_most()
    {
        Assert.Equal(KsmTuningAction.Boost, Step().Action);
        Assert.Equal(["sleep_millisecs=10", "pages_to_scan=400", "run=1"], _tree.Writes);
        Assert.Equal([700u, 1000u, 1250u], [Pages(Step()), Pages(Step()), Pages(Step())]);
        KsmRecommendation last = Step();
        Assert.Equal((KsmTuningAction.None, false, 0), (last.Action, last.Applied, last.Changes.Length));
    }

    [Fact]
    public void Relief_has_it_scan_less_until_the_least_and_then_everything_is_as_before()
    {
        string before = _tree.Snapshot();
        Step();
        Available(9000);
        Assert.Equal([350u, 300u, 250u, 200u, 150u, 100u, 64u], Enumerable.Range(0, 7).Select(_ => Pages(Step(KsmTuningAction.Decay))));
        Step(KsmTuningAction.Stop);
        Assert.Equal(before, _tree.Snapshot());
        Assert.False(_tree.Exists(RecordFile));
        Step(KsmTuningAction.None);
    }

    [Fact]
    public void Memory_that_only_merging_frees_keeps_ksmd_going_at_its_slowest()
    {
        Step();
        Available(5000);
        _tree["pages_sharing"] = (2000L * 256).ToString(CultureInfo.InvariantCulture);
        for (int step = 0; step < 7; step++)
        {
            Step(KsmTuningAction.Decay);
        }

        Step(KsmTuningAction.None);
        Assert.Equal(("1", "64"), (_tree["run"], _tree["pages_to_scan"]));
        Available(6000);
        Step(KsmTuningAction.Stop);
        Assert.Equal("0", _tree["run"]);
    }

    [Fact]
    public void Without_pressure_nothing_is_done_to_a_ksmd_that_somebody_else_runs()
    {
        Available(9000);
        _tree["run"] = "1";
        _tree["pages_to_scan"] = "1000";
        Step(KsmTuningAction.None);
        Assert.Empty(_tree.Writes);
    }

    [Fact]
    public void A_ksmd_that_ran_before_goes_on_and_never_with_less_than_before()
    {
        _tree["run"] = "1";
        _tree["pages_to_scan"] = "1100";
        string before = _tree.Snapshot();
        Assert.Equal(1250u, Pages(Step(KsmTuningAction.Boost)));
        Available(9000);
        Assert.Equal([1200u, 1150u, 1100u], [Pages(Step()), Pages(Step()), Pages(Step())]);
        Step(KsmTuningAction.Restore);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void More_pages_and_shorter_sleeps_than_this_policy_would_set_are_kept()
    {
        _tree["run"] = "1";
        _tree["pages_to_scan"] = "5000";
        _tree["sleep_millisecs"] = "1";
        Step(KsmTuningAction.None);
        Assert.Empty(_tree.Writes);
    }

    [Fact]
    public void What_somebody_else_has_set_meanwhile_is_left_and_said()
    {
        Step();
        _tree["pages_to_scan"] = "999";
        Available(9000);
        KsmRecommendation last = Step(KsmTuningAction.Stop);
        Assert.Contains(last.Reasons, reason => reason.Contains("pages_to_scan to 999", StringComparison.Ordinal));
        Assert.Equal(("0", "999", "20"), (_tree["run"], _tree["pages_to_scan"], _tree["sleep_millisecs"]));
        Assert.False(_tree.Exists(RecordFile));
    }

    [Fact]
    public void What_somebody_else_has_set_meanwhile_comes_back_after_another_boost()
    {
        Step();
        _tree["pages_to_scan"] = "500";
        Assert.Equal(800u, Pages(Step(KsmTuningAction.Boost)));
        Available(9000);
        while (Step().Action == KsmTuningAction.Decay)
        {
        }

        Assert.Equal(("0", "500"), (_tree["run"], _tree["pages_to_scan"]));
    }

    [Fact]
    public void A_ksmd_that_somebody_stops_under_pressure_stays_stopped_until_it_is_over()
    {
        Step();
        _tree["run"] = "0";
        Assert.Contains("stays stopped", Step(KsmTuningAction.None).Reasons[0], StringComparison.Ordinal);
        Step(KsmTuningAction.None);
        Assert.Equal("0", _tree["run"]);
        Available(9000);
        while (Step().Action == KsmTuningAction.Decay)
        {
        }

        Assert.Equal(("0", "100", "20"), (_tree["run"], _tree["pages_to_scan"], _tree["sleep_millisecs"]));
        Available(1000);
        Step(KsmTuningAction.Boost);
        Assert.Equal("1", _tree["run"]);
    }

    [Fact]
    public void Under_the_advisor_ksmd_is_only_started_and_stopped()
    {
        _tree["advisor_mode"] = "none [scan-time]";
        KsmRecommendation first = Step(KsmTuningAction.Boost);
        Assert.Contains(first.Reasons, reason => reason.Contains("advisor is on", StringComparison.Ordinal));
        Step(KsmTuningAction.None);
        Available(9000);
        Step(KsmTuningAction.Stop);
        Assert.Equal(["run=1", "run=0"], _tree.Writes);
    }

    [Fact]
    public void A_host_that_was_unmerged_is_not_unmerged_again()
    {
        _tree["run"] = "2";
        Step();
        Available(9000);
        while (Step().Action == KsmTuningAction.Decay)
        {
        }

        Assert.Equal("0", _tree["run"]);
        Assert.DoesNotContain("run=2", _tree.Writes);
    }

    [Fact]
    public void A_step_that_fails_leaves_neither_a_change_nor_a_record()
    {
        _tree.Refusals["run"] = Errno.EIO;
        string before = _tree.Snapshot();
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(() => Step()).Reason);
        Assert.Equal(before, _tree.Snapshot());
        Assert.False(_tree.Exists(RecordFile));
    }

    [Fact]
    public void A_recommendation_writes_nothing()
    {
        string before = _tree.Snapshot();
        Assert.Equal(KsmTuningAction.Boost, Policy().Recommend().Action);
        Assert.Empty(_tree.Writes);
        Assert.Equal(before, _tree.Snapshot());
        Assert.False(_tree.Exists("/run/ksmtools"));
    }

    [Theory]
    [InlineData(0.5, 0, 8192)]
    [InlineData(0.01, 4096, 4096)]
    [InlineData(0, 0, 0)]
    public void The_threshold_is_the_greater_of_a_share_and_a_size(double share, int mebibytes, long expected) => Assert.Equal(
        expected << 20, new MemoryPressurePolicy(_tree, new MemoryPressureOptions { Threshold = share, MinimumThreshold = (long)mebibytes << 20 }).Recommend().ThresholdBytes);

    [Theory]
    [InlineData(4, "20", 40u)]
    [InlineData(4, "100", 40u)]
    [InlineData(64, "100", 10u)]
    public void The_sleep_is_longer_on_smaller_machines_and_never_longer_than_before(int gibibytes, string before, uint expected)
    {
        _tree["sleep_millisecs"] = before;
        _tree.Put("proc/meminfo", $"MemTotal: {gibibytes << 20} kB\nMemAvailable: 1024 kB\n");
        Assert.Equal(Math.Min(expected, uint.Parse(before, CultureInfo.InvariantCulture)), Policy().Recommend().Recommended!.SleepMilliseconds);
    }

    [Fact]
    public void What_the_machine_does_not_say_is_an_error()
    {
        _tree.Put("proc/meminfo", "MemTotal: 1024 kB\n");
        Assert.Contains("MemAvailable", Assert.Throws<KsmToolsException>(() => Policy().Recommend()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("pages_to_scan=1")]
    [InlineData("pages_to_scan=x -> 4")]
    [InlineData("nothing=1 -> 4")]
    public void A_record_that_is_not_understood_stops_nothing_and_is_kept(string line)
    {
        _tree.Put(RecordFile[1..], line + "\n");
        var damages = new List<KsmToolsException>();
        Assert.Equal(KsmTuningAction.Boost, Policy().Recommend().Action);
        Assert.Equal(KsmTuningAction.Boost, Policy().Apply(new ActingCommand("Test") { Damaged = damages.Add }).Action);
        Assert.Equal(ErrorReason.StateDamaged, Assert.Single(damages).Reason);
        Assert.Equal(line + "\n", File.ReadAllText((string)damages[0].Target!));
        Available(9000);
        while (Step().Action != KsmTuningAction.Stop)
        {
        }

        Assert.False(_tree.Exists(RecordFile));
    }

    [Fact]
    public void Restoring_takes_back_what_steps_changed()
    {
        string before = _tree.Snapshot();
        Step();
        using var root = new KernelRoot(_tree);
        using var host = new ModuleHost();
        _ = host.Run("Restore-KsmConfiguration -WhatIf").All<object>();
        Assert.NotEqual(before, _tree.Snapshot());
        Assert.Equal(KsmRunState.Stopped, host.Run("Restore-KsmConfiguration -PassThru").Single<KsmConfiguration>().Run);
        Assert.Equal(before, _tree.Snapshot());
        Assert.False(_tree.Exists(RecordFile));
    }

    private static uint Pages(KsmRecommendation step) => step.Recommended!.PagesToScan!.Value;

    private MemoryPressurePolicy Policy() => new(_tree, new MemoryPressureOptions());

    private KsmRecommendation Step(KsmTuningAction? expected = null)
    {
        KsmRecommendation step = Policy().Apply("Test");
        Assert.Equal(expected ?? step.Action, step.Action);
        return step;
    }

    private void Available(int mebibytes) => _tree.Put("proc/meminfo", $"MemTotal: {16 << 20} kB\nMemAvailable: {mebibytes << 10} kB\n");
}
