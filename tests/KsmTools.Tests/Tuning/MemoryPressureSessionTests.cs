using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Tests.Support;
using KsmTools.Tuning;

namespace KsmTools.Tests.Tuning;

/// <summary>Steps one after the other, and what is left when they end.</summary>
public sealed class MemoryPressureSessionTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    public MemoryPressureSessionTests() => Available(1000);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void The_end_takes_everything_back()
    {
        string before = _tree.Snapshot();
        using (MemoryPressureSession session = Begin())
        {
            Assert.Equal(KsmTuningAction.Boost, session.Step().Action);
            Assert.Equal((KsmTuningAction.Boost, true), (session.Step().Action, session.Step().Applied));
            Assert.Equal(("1", "1000"), (_tree["run"], _tree["pages_to_scan"]));
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void The_end_leaves_what_somebody_else_has_set_meanwhile()
    {
        using (MemoryPressureSession session = Begin())
        {
            session.Step();
            _tree["pages_to_scan"] = "999";
            _tree["use_zero_pages"] = "1";
        }

        Assert.Equal(("0", "999", "20", "1"), (_tree["run"], _tree["pages_to_scan"], _tree["sleep_millisecs"], _tree["use_zero_pages"]));
    }

    [Fact]
    public void The_end_does_not_stop_a_ksmd_that_ran_before()
    {
        _tree["run"] = "1";
        using (MemoryPressureSession session = Begin())
        {
            session.Step();
        }

        Assert.Equal(("1", "100"), (_tree["run"], _tree["pages_to_scan"]));
        Assert.DoesNotContain(_tree.Writes, write => write.StartsWith("run=", StringComparison.Ordinal));
    }

    [Fact]
    public void The_journal_has_what_was_changed_and_nothing_else()
    {
        using MemoryPressureSession session = Begin();
        Assert.True(Journalled.IsEmpty);
        session.Step();
        KsmConfiguration former = Journalled.Former;
        Assert.Equal((KsmRunState.Stopped, 100u, 20u), (former.Run, former.PagesToScan, former.SleepMilliseconds));
        Assert.Null(former.MaxPageSharing);
        Assert.Null(former.SmartScan);
    }

    [Fact]
    public void Relief_in_the_middle_takes_back_and_pressure_begins_anew()
    {
        string before = _tree.Snapshot();
        using MemoryPressureSession session = Begin();
        session.Step();
        Available(9000);
        while (session.Step().Action == KsmTuningAction.Decay)
        {
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Equal(KsmTuningAction.None, session.Step().Action);
        Assert.True(Journalled.IsEmpty);
        Available(1000);
        Assert.Equal(KsmTuningAction.Boost, session.Step().Action);
        session.Dispose();
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void Others_are_told_who_holds_the_settings()
    {
        using MemoryPressureSession session = Begin();
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => new MemoryPressurePolicy(_tree, new MemoryPressureOptions()).Apply("Other"));
        Assert.Equal(ErrorReason.KnobBusy, failure.Reason);
        Assert.Contains($"Test, process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_single_steps_have_set_is_taken_over_and_taken_back()
    {
        string before = _tree.Snapshot();
        new MemoryPressurePolicy(_tree, new MemoryPressureOptions()).Apply("Test");
        using (MemoryPressureSession session = Begin())
        {
            Assert.False(_tree.Exists("/run/ksmtools/memory-pressure"));
            Assert.Equal(700u, session.Step().Recommended!.PagesToScan);
        }

        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void What_a_killed_session_left_is_taken_back_first()
    {
        string before = _tree.Snapshot();
        _tree["run"] = "1";
        _tree["pages_to_scan"] = "400";
        Orphan("run=0\npages_to_scan=100\n");
        using (MemoryPressureSession session = Begin())
        {
            Assert.Equal(400u, session.Step().Recommended!.PagesToScan);
            Assert.Equal(KsmRunState.Stopped, Journalled.Former.Run);
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void What_a_killed_benchmark_left_is_taken_back_and_nothing_is_unmerged_for_it()
    {
        string before = _tree.Snapshot();
        KsmJournal.Write(_tree, "Invoke-RmapBenchmark", KsmOwnChanges.None.With(Now, new KsmConfiguration { Run = KsmRunState.Running, MaxPageSharing = 16 }), unmerges: true);
        _tree["run"] = "1";
        _tree["max_page_sharing"] = "16";
        using (MemoryPressureSession session = Begin())
        {
            session.Step();
            _tree["pages_shared"] = "5";
        }

        Assert.DoesNotContain("run=2", _tree.Writes);
        _tree["pages_shared"] = "0";
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void What_a_killed_command_had_set_is_not_taken_for_a_decision_of_somebody_else()
    {
        KsmJournal.Write(_tree, "Invoke-KsmMerge", KsmOwnChanges.None.With(Now, new KsmConfiguration { Run = KsmRunState.Running, PagesToScan = 4096 }), unmerges: false);
        _tree["pages_to_scan"] = "4096";
        using MemoryPressureSession session = Begin();
        KsmRecommendation step = session.Step();
        Assert.Equal((KsmTuningAction.Boost, "1", "400"), (step.Action, _tree["run"], _tree["pages_to_scan"]));
    }

    [Fact]
    public void A_single_step_begins_with_taking_back_what_a_killed_command_had_set()
    {
        string before = _tree.Snapshot();
        var policy = new MemoryPressurePolicy(_tree, new MemoryPressureOptions());
        Assert.Equal(KsmTuningAction.Boost, policy.Apply("Test").Action);
        KsmJournal.Write(_tree, "Invoke-KsmMerge", KsmOwnChanges.None.With(Now, new KsmConfiguration { PagesToScan = 4096 }), unmerges: false);
        _tree["pages_to_scan"] = "4096";
        Available(9000);
        while (policy.Apply("Test").Action == KsmTuningAction.Decay)
        {
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void A_step_that_fails_changes_nothing_and_the_end_has_nothing_to_take_back()
    {
        string before = _tree.Snapshot();
        using (MemoryPressureSession session = Begin())
        {
            _tree.Refusals["run"] = Interop.Errno.EIO;
            Assert.Throws<KsmToolsException>(session.Step);
            Assert.Equal(before, _tree.Snapshot());
        }

        Assert.Null(KsmJournal.Read(_tree));
    }

    private KsmConfiguration Now => new KsmConfigurationStore(_tree).Read();

    private KsmOwnChanges Journalled => KsmJournal.Read(_tree)!.Changes(Now);

    private MemoryPressureSession Begin() => new MemoryPressurePolicy(_tree, new MemoryPressureOptions()).Begin("Test");

    private void Available(int mebibytes) => _tree.Put("proc/meminfo", $"MemTotal: {16 << 20} kB\nMemAvailable: {mebibytes << 10} kB\n");

    // No process has the highest id there can be (PID_MAX_LIMIT, include/linux/threads.h).
    private void Orphan(string settings) => _tree.Put("run/ksmtools/journal", $"command=Optimize-Ksm\nprocess=4194305\ntime=now\n{settings}");
}
