using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

public sealed class JournalTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Settings_of_a_while_are_journalled_and_come_back()
    {
        string before = _tree.Snapshot();
        using (var settings = KsmTemporarySettings.Begin(_tree, "Invoke-Test"))
        {
            KsmJournal journal = KsmJournal.Read(_tree)!;
            Assert.Equal("Invoke-Test", journal.Command);
            Assert.Equal(Environment.ProcessId, journal.ProcessId);
            Assert.Equal(20u, journal.Former.SleepMilliseconds);
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0, Run = KsmRunState.Running });
            Assert.Equal("1", _tree["run"]);
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void Two_commands_do_not_fight()
    {
        using var settings = KsmTemporarySettings.Begin(_tree, "Invoke-First");
        string before = _tree.Snapshot();
        var failure = Assert.Throws<KsmToolsException>(() => KsmTemporarySettings.Begin(_tree, "Invoke-Second"));
        Assert.Equal(ErrorReason.KnobBusy, failure.Reason);
        Assert.Contains($"Invoke-First, process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<KsmToolsException>(() => new KsmSettings(_tree).Set(new KsmConfiguration { SleepMilliseconds = 3 }, force: false, "Set-Third"));
        Assert.Equal(ErrorReason.KnobBusy, failure.Reason);
        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void What_a_killed_command_left_is_reported_restored_and_gone()
    {
        Orphan("run=0\nsleep_millisecs=20\n");
        _tree["run"] = "1";
        _tree["sleep_millisecs"] = "0";
        var settings = new KsmSettings(_tree);
        Assert.Contains("Invoke-KsmMerge", settings.Interrupted, StringComparison.Ordinal);
        Assert.True(settings.Restore("Restore-Test"));
        Assert.Equal("0", _tree["run"]);
        Assert.Equal("20", _tree["sleep_millisecs"]);
        Assert.Null(settings.Interrupted);
        Assert.False(settings.Restore("Restore-Test"));
    }

    [Fact]
    public void The_next_command_puts_back_what_stood_before_the_killed_one()
    {
        Orphan("run=0\nsleep_millisecs=20\n");
        _tree["run"] = "1";
        _tree["sleep_millisecs"] = "0";
        using (KsmTemporarySettings.Begin(_tree, "Invoke-Test"))
        {
        }

        Assert.Equal("0", _tree["run"]);
        Assert.Equal("20", _tree["sleep_millisecs"]);
    }

    [Fact]
    public void A_journal_that_is_not_understood_is_kept_and_named()
    {
        Orphan("run=zero\n");
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(() => new KsmSettings(_tree).Restore("Restore-Test")).Reason);
        Assert.True(File.Exists(_tree.Locate("/run/ksmtools/journal")));
    }

    [Fact]
    public void Settings_that_cannot_come_back_leave_the_journal()
    {
        var settings = KsmTemporarySettings.Begin(_tree, "Invoke-Test");
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        _tree.Refusals["sleep_millisecs"] = Interop.Errno.EIO;
        Assert.Equal(ErrorReason.StateRestoreFailed, Assert.Throws<KsmToolsException>(settings.Dispose).Reason);
        Assert.Equal(20u, KsmJournal.Read(_tree)!.Former.SleepMilliseconds);
    }

    [Fact]
    public void No_journal_means_no_change()
    {
        _tree.Put("run/ksmtools/journal/occupied", string.Empty);
        string before = _tree.Snapshot();
        Assert.Throws<KsmToolsException>(() => KsmTemporarySettings.Begin(_tree, "Invoke-Test"));
        Assert.Equal(before, _tree.Snapshot());
        Assert.Empty(_tree.Writes);
    }

    // No process has the highest id there can be (PID_MAX_LIMIT, include/linux/threads.h).
    private void Orphan(string settings) =>
        _tree.Put("run/ksmtools/journal", $"command=Invoke-KsmMerge\nprocess=4194305\ntime=2026-01-01T00:00:00+00:00\n{settings}");
}
