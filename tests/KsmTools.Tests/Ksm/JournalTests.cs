using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>What a command that changes settings for a while writes down, and what becomes of it.</summary>
public sealed class JournalTests : IDisposable
{
    private const string Place = "run/ksmtools/journal";
    private const string BootId = "proc/sys/kernel/random/boot_id";

    private readonly FakeKsmTree _tree = new();
    private readonly List<string> _remarks = [];
    private readonly List<KsmToolsException> _damages = [];

    private ActingCommand Command => new("Test") { Remark = _remarks.Add, Damaged = _damages.Add };

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Settings_of_a_while_are_journalled_and_come_back()
    {
        string before = _tree.Snapshot();
        using (var settings = KsmTemporarySettings.Begin(_tree, "Invoke-Test"))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0, Run = KsmRunState.Running });
            Assert.Equal("1", _tree["run"]);
            KsmChangeRecord journal = KsmJournal.Read(_tree)!;
            Assert.False(journal.IsDamaged);
            Assert.StartsWith($"Invoke-Test (process {Environment.ProcessId}, ", journal.ToString(), StringComparison.Ordinal);
            Assert.Equal([("run", "0 -> 1"), ("sleep_millisecs", "20 -> 0")], journal.Changes(new KsmConfiguration()).Lines().Order());
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void A_change_is_on_record_before_it_is_made()
    {
        using var settings = KsmTemporarySettings.Begin(_tree, "Invoke-Test");
        _tree.Writing = (_, _) => Assert.Contains(("sleep_millisecs", "20 -> 0"), KsmJournal.Read(_tree)!.Changes(new KsmConfiguration()).Lines());
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        Assert.Equal("0", _tree["sleep_millisecs"]);
        _tree.Writing = null;
    }

    [Fact]
    public void What_a_killed_command_left_is_reported_restored_and_gone()
    {
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0 }));
        var settings = new KsmSettings(_tree);
        Assert.Contains("Invoke-KsmMerge", settings.Interrupted, StringComparison.Ordinal);
        Assert.Contains("run 1 -> 0", settings.RestoreAction, StringComparison.Ordinal);
        Assert.True(settings.Restore(Command));
        Assert.Equal("0", _tree["run"]);
        Assert.Equal("20", _tree["sleep_millisecs"]);
        Assert.Null(settings.Interrupted);
        Assert.False(settings.Restore(Command));
        Assert.Empty(_remarks);
    }

    [Fact]
    public void The_next_command_puts_back_what_stood_before_the_killed_one()
    {
        string before = _tree.Snapshot();
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0 }));
        using (var settings = KsmTemporarySettings.Begin(_tree, "Invoke-Test"))
        {
            Assert.Equal(KsmRunState.Stopped, settings.Former.Run);
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 5, PagesToScan = 7 });
        }

        Assert.Equal(before, _tree.Snapshot());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(4194305, false)]
    public void Whether_its_writer_still_runs_is_told_by_the_lock_and_not_by_a_process_number(int process, bool isLeft)
    {
        // The number is that of a process that runs, or of none; the lock says the opposite.
        Left(() => Write(new KsmConfiguration { SleepMilliseconds = 0 }));
        string text = File.ReadAllText(_tree.Locate("/" + Place));
        Assert.Contains($"process={Environment.ProcessId}\n", text, StringComparison.Ordinal);
        if (process != 0)
        {
            Seal(text.Replace($"process={Environment.ProcessId}\n", $"process={process}\n", StringComparison.Ordinal));
        }

        using (isLeft ? null : CommandLock.Take(_tree, CommandLock.Settings, "Invoke-KsmMerge"))
        {
            Assert.Equal(isLeft, new KsmSettings(_tree).Interrupted is not null);
            Assert.Equal(!isLeft, new KsmSettings(_tree).TemporaryRemark is not null);
        }
    }

    [Fact]
    public void A_part_of_a_journal_is_known_for_what_it_is_and_stops_nothing()
    {
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0, MaxPageSharing = 16 }, unmerges: true));
        string after = _tree.Snapshot();
        byte[] text = File.ReadAllBytes(_tree.Locate("/" + Place));
        for (int length = 0; length < text.Length; length++)
        {
            Put(after);
            _tree.Put(Place, Encoding.UTF8.GetString(text, 0, length));
            _tree.Writes.Clear();
            _damages.Clear();
            Assert.NotNull(new KsmSettings(_tree).InterruptedRemark);
            Assert.NotNull(new KsmSettings(_tree).RestoreAction);
            Assert.True(new KsmSettings(_tree).Restore(Command));

            // Every line that is whole is believed, and no other.
            string whole = Encoding.UTF8.GetString(text, 0, length);
            whole = whole[..(whole.LastIndexOf('\n') + 1)];
            Assert.Equal(whole.Contains("\nrun=0 -> 1\n", StringComparison.Ordinal) ? "0" : "1", _tree["run"]);
            Assert.Equal(whole.Contains("\nsleep_millisecs=20 -> 0\n", StringComparison.Ordinal) ? "20" : "0", _tree["sleep_millisecs"]);
            Assert.Equal(whole.Contains("\nmax_page_sharing=256 -> 16\n", StringComparison.Ordinal) ? "256" : "16", _tree["max_page_sharing"]);
            Assert.DoesNotContain("run=2", _tree.Writes);
            KsmToolsException damage = Assert.Single(_damages);
            Assert.Equal(ErrorReason.StateDamaged, damage.Reason);
            Assert.Equal(text[..length], File.ReadAllBytes((string)damage.Target!));
            Assert.Null(KsmJournal.Read(_tree));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("run=zero\n")]
    [InlineData("\0\u001b]0;x\a\n")]
    [InlineData("run=0 -> 1\nrun=1 -> 0\nwhole=1 2\n")]
    public void Whatever_stands_there_other_commands_work_and_what_it_was_is_kept(string text)
    {
        _tree.Put(Place, text);
        string before = _tree.Snapshot();
        Assert.Null(new KsmSettings(_tree).TemporaryRemark);
        new KsmSettings(_tree).Set(new KsmConfiguration { SleepMilliseconds = 33 }, force: false, Command);
        Assert.Equal("33", _tree["sleep_millisecs"]);
        Assert.Equal(text, File.ReadAllText((string)Assert.Single(_damages).Target!));
        _tree["sleep_millisecs"] = "20";

        _tree.Put(Place, text);
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Equal(2, _damages.Count);
        Assert.NotEqual(_damages[0].Target, _damages[1].Target);
    }

    [Fact]
    public void Values_without_what_was_set_are_put_back_for_those_who_ask()
    {
        _tree["run"] = "1";
        _tree["sleep_millisecs"] = "0";
        _tree.Put(Place, "command=Invoke-KsmMerge\nprocess=4194305\ntime=now\nunmerge_first=1\nrun=0\nsleep_millisecs=20\n");
        _tree["pages_shared"] = "5";
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Equal(("0", "20"), (_tree["run"], _tree["sleep_millisecs"]));
        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.Single(_damages);
    }

    [Fact]
    public void A_journal_of_an_earlier_boot_is_forgotten_with_a_word()
    {
        _tree.Put(BootId, "b6f0a1c2\n");
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running }, unmerges: true));
        Assert.NotNull(new KsmSettings(_tree).Interrupted);
        _tree.Put(BootId, "0c11ab34\n");
        _tree.Writes.Clear();
        Assert.Null(new KsmSettings(_tree).InterruptedRemark);
        Assert.Contains("earlier boot", new KsmSettings(_tree).RestoreAction, StringComparison.Ordinal);
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Contains("earlier boot", Assert.Single(_remarks), StringComparison.Ordinal);
        Assert.Null(KsmJournal.Read(_tree));
        Assert.Empty(_tree.Writes);
    }

    [Fact]
    public void An_unmerge_that_a_dead_command_owes_is_nobodys_but_that_of_who_restores()
    {
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, MaxPageSharing = 16 }, unmerges: true));
        _tree["pages_shared"] = "5";
        _tree.Writes.Clear();
        string left = File.ReadAllText(_tree.Locate("/" + Place));
        using (KsmTemporarySettings.Begin(_tree, Command))
        {
        }

        Assert.DoesNotContain("run=2", _tree.Writes);
        _tree["run"] = "1";
        _tree["max_page_sharing"] = "16";
        _tree.Put(Place, left);
        Assert.Contains("unmerge all pages", new KsmSettings(_tree).RestoreAction, StringComparison.Ordinal);
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Contains("run=2", _tree.Writes);
        Assert.Equal(("0", "256"), (_tree["run"], _tree["max_page_sharing"]));
    }

    [Theory]
    [InlineData("1048576", "0")]
    [InlineData("0", "1048576")]
    public void Putting_back_does_not_unmerge_without_the_memory_for_it(string sharing, string zeroPages)
    {
        _tree.Put("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: 1024 kB\n");
        using (var settings = KsmTemporarySettings.Begin(_tree, Command, () => true))
        {
            settings.Apply(new KsmConfiguration { Run = KsmRunState.Running });
            _tree["pages_shared"] = "5";
            _tree["pages_sharing"] = sharing;
            _tree["ksm_zero_pages"] = zeroPages;
            Assert.Equal(ErrorReason.MemoryInsufficient, Assert.Throws<KsmToolsException>(() => settings.Apply(new KsmConfiguration { Run = KsmRunState.Unmerged })).Reason);
        }

        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.Equal("0", _tree["run"]);
        Assert.Contains("stays merged", Assert.Single(_remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_merged_meanwhile_is_unmerged_when_nothing_was_before()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command, () => true))
        {
            _tree["pages_shared"] = "5";
        }

        Assert.Equal(["run=2", "run=0"], _tree.Writes);
    }

    [Fact]
    public void Who_has_set_run_meanwhile_is_not_unmerged()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command, () => true))
        {
            settings.Apply(new KsmConfiguration { Run = KsmRunState.Running });
            settings.Apply(new KsmConfiguration { Run = KsmRunState.Stopped });
            _tree["pages_shared"] = "5";
            _tree["run"] = "1";
        }

        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.Equal("1", _tree["run"]);
    }

    [Fact]
    public void Settings_that_cannot_come_back_leave_the_journal_and_the_others_come_back()
    {
        var settings = KsmTemporarySettings.Begin(_tree, "Invoke-Test");
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 0, PagesToScan = 7, Run = KsmRunState.Running });
        _tree.Refusals["sleep_millisecs"] = Interop.Errno.EIO;
        Assert.Equal(ErrorReason.StateRestoreFailed, Assert.Throws<KsmToolsException>(settings.Dispose).Reason);
        Assert.Equal(("100", "0"), (_tree["pages_to_scan"], _tree["run"]));
        Assert.Equal([("sleep_millisecs", "20 -> 0")], KsmJournal.Read(_tree)!.Changes(new KsmConfiguration()).Lines());
        _tree.Refusals.Clear();
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Equal("20", _tree["sleep_millisecs"]);
    }

    [Fact]
    public void No_journal_means_no_change()
    {
        _tree.Put($"{Place}/occupied", string.Empty);
        string before = _tree.Snapshot();
        Assert.Throws<KsmToolsException>(() => KsmTemporarySettings.Begin(_tree, "Invoke-Test"));
        Assert.Equal(before, _tree.Snapshot());
        Assert.Empty(_tree.Writes);
    }

    [Fact]
    public void Who_sets_run_owes_no_unmerge_for_a_dead_command()
    {
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, MaxPageSharing = 16 }, unmerges: true));

        // The second time nothing of it is in the journal any more but the unmerge.
        new KsmSettings(_tree).Set(new KsmConfiguration { Run = KsmRunState.Running }, force: false, Command);
        Assert.DoesNotContain("unmerge_first", File.ReadAllText(_tree.Locate("/" + Place)), StringComparison.Ordinal);
        KsmJournal.Write(_tree, "Invoke-KsmMerge", KsmJournal.Read(_tree)!.Changes(new KsmConfiguration()), unmerges: true);
        new KsmSettings(_tree).Set(new KsmConfiguration { Run = KsmRunState.Running }, force: false, Command);
        _tree["pages_shared"] = "5";
        _tree.Refusals["max_page_sharing"] = Interop.Errno.EBUSY;
        Assert.DoesNotContain("unmerge", new KsmSettings(_tree).RestoreAction, StringComparison.Ordinal);
        Assert.Equal(ErrorReason.StateRestoreFailed, Assert.Throws<KsmToolsException>(() => new KsmSettings(_tree).Restore(Command)).Reason);
        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.Equal("1", _tree["run"]);
    }

    [Fact]
    public void What_a_later_command_cannot_take_back_for_a_dead_one_is_not_its_failure_and_not_forgotten()
    {
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, MaxPageSharing = 16 }, unmerges: true));
        _tree["pages_shared"] = "5";
        _tree.Refusals["max_page_sharing"] = Interop.Errno.EBUSY;
        for (int command = 0; command < 2; command++)
        {
            using var settings = KsmTemporarySettings.Begin(_tree, Command);
            Assert.Equal("0", _tree["run"]);
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        }

        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.NotEmpty(_remarks);
        Assert.All(_remarks, remark => Assert.Contains("max_page_sharing", remark, StringComparison.Ordinal));
        Assert.Equal("20", _tree["sleep_millisecs"]);
        _tree.Refusals.Clear();
        Assert.Contains("unmerge", new KsmSettings(_tree).RestoreAction, StringComparison.Ordinal);
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Equal((true, "256"), (_tree.Writes.Contains("run=2"), _tree["max_page_sharing"]));
    }

    [Fact]
    public void Whoever_is_told_and_ends_the_command_for_it_finds_everything_back()
    {
        var hasty = new ActingCommand("Test") { Remark = _ => throw new InvalidOperationException(), Damaged = _ => throw new InvalidOperationException() };
        string before = _tree.Snapshot();
        var settings = KsmTemporarySettings.Begin(_tree, hasty);
        settings.Apply(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0 });
        _tree["sleep_millisecs"] = "7";
        Assert.Throws<InvalidOperationException>(settings.Dispose);
        Assert.Equal(("0", "7"), (_tree["run"], _tree["sleep_millisecs"]));
        Assert.Null(KsmJournal.Read(_tree));
        Assert.Null(CommandLock.HolderOf(_tree, CommandLock.Settings));

        _tree["sleep_millisecs"] = "20";
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running }));
        _tree.Put(Place, File.ReadAllText(_tree.Locate("/" + Place)) + "nonsense\n");
        Assert.Throws<InvalidOperationException>(() => new KsmSettings(_tree).Restore(hasty));
        Assert.Equal(before, _tree.Snapshot());
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void A_damaged_journal_is_not_believed_to_be_of_an_earlier_boot()
    {
        _tree.Put(BootId, "b6f0a1c2\n");
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running }));
        _tree.Put(Place, File.ReadAllText(_tree.Locate("/" + Place)).Replace("boot=b6", "boot=Z6", StringComparison.Ordinal));
        Assert.NotNull(new KsmSettings(_tree).InterruptedRemark);
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Equal("0", _tree["run"]);
        Assert.Single(_damages);
    }

    [Theory]
    [InlineData("run=8 -> 1")]
    [InlineData("run=8")]
    [InlineData("max_page_sharing=1 -> 256")]
    [InlineData("advisor_mode=maybe -> none")]
    public void What_the_kernel_would_never_take_is_not_believed(string line)
    {
        _tree["run"] = "1";
        Seal($"command=Invoke-KsmMerge\nprocess=1\ntime=now\n{line}\n");
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Contains(line, Assert.Single(_damages).Message, StringComparison.Ordinal);
        Assert.Empty(_tree.Writes);
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void Changes_of_a_policy_and_of_a_killed_command_on_top_are_taken_back_together()
    {
        string before = _tree.Snapshot();
        KsmConfiguration now = new KsmConfigurationStore(_tree).Read();
        var step = new KsmConfiguration { Run = KsmRunState.Running, PagesToScan = 400, SleepMilliseconds = 10 };
        KsmPolicyRecord.Write(_tree, "Optimize-Ksm", KsmOwnChanges.None.With(now, step));
        _ = new KsmConfigurationStore(_tree).Apply(step);
        Left(() => Write(new KsmConfiguration { PagesToScan = 4096, SleepMilliseconds = 0, SmartScan = false }));
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Equal(before, _tree.Snapshot());
        Assert.Empty(_remarks);
        Assert.Null(new KsmSettings(_tree).RestoreAction);
    }

    [Fact]
    public void A_damaged_record_of_a_policy_is_told_of_where_nothing_can_be_read()
    {
        _tree.Put("run/ksmtools/memory-pressure", "\u0001\u0002nonsense");
        Assert.NotNull(new KsmSettings(_tree).RestoreAction);
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Single(_damages);
        Assert.Null(new KsmSettings(_tree).RestoreAction);
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("memory-pressure")]
    public void Where_nobody_knows_what_is_to_last_nothing_is_saved(string name)
    {
        _tree.Put($"run/ksmtools/{name}", "run=0 -> 1\n");
        Assert.Equal(ErrorReason.StateDamaged, Assert.Throws<KsmToolsException>(() => new KsmSettings(_tree).ReadLasting(Command)).Reason);
    }

    [Fact]
    public void Who_decides_on_the_speed_has_the_advisor_stay_off()
    {
        _ = new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime });
        Left(() => Write(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096, SleepMilliseconds = 0 }));
        new KsmSettings(_tree).Set(new KsmConfiguration { PagesToScan = 200 }, force: false, Command);
        Assert.True(new KsmSettings(_tree).Restore(Command));
        Assert.Equal(("200", "[none] scan-time", "20"), (_tree["pages_to_scan"], _tree["advisor_mode"], _tree["sleep_millisecs"]));
    }

    [Fact]
    public void Of_a_damaged_journal_of_a_running_command_its_holder_is_told()
    {
        using var settings = KsmTemporarySettings.Begin(_tree, Command);
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        _tree.Put(Place, "command=Te");
        Assert.Contains($"process {Environment.ProcessId}", new KsmSettings(_tree).TemporaryRemark, StringComparison.Ordinal);
        Assert.Null(new KsmSettings(_tree).Interrupted);
    }

    [Fact]
    public void Who_sets_a_knob_has_it_stay_so()
    {
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0 }));
        var settings = new KsmSettings(_tree);
        settings.Set(new KsmConfiguration { Run = KsmRunState.Running }, force: false, Command);
        Assert.True(settings.Restore(Command));
        Assert.Equal(("1", "20"), (_tree["run"], _tree["sleep_millisecs"]));
    }

    [Fact]
    public void What_is_not_to_last_is_not_saved()
    {
        Left(() => Write(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0 }));
        _tree["use_zero_pages"] = "1";
        (KsmConfiguration lasting, string? leftOut) = new KsmSettings(_tree).ReadLasting(Command);
        Assert.Equal((KsmRunState.Stopped, 20u, true), (lasting.Run, lasting.SleepMilliseconds, lasting.UseZeroPages));
        Assert.Contains("sleep_millisecs 0 -> 20", leftOut, StringComparison.Ordinal);
        using (CommandLock.Take(_tree, CommandLock.Settings, "Other"))
        {
            Assert.Equal(ErrorReason.KnobBusy, Assert.Throws<KsmToolsException>(() => new KsmSettings(_tree).ReadLasting(Command)).Reason);
        }
    }

    // What a kill leaves: the journal and the changed knobs, and no lock.
    private void Left(Action change)
    {
        change();
        _tree.Writes.Clear();
    }

    private void Write(KsmConfiguration set, bool unmerges = false)
    {
        KsmConfiguration now = new KsmConfigurationStore(_tree).Read();
        KsmJournal.Write(_tree, "Invoke-KsmMerge", KsmOwnChanges.None.With(now, set), unmerges);
        new KsmConfigurationStore(_tree).Apply(set);
    }

    private void Put(string snapshot)
    {
        foreach (string line in snapshot.Split('\n'))
        {
            string[] parts = line.Split('=', 2);
            _tree[parts[0]] = parts[1];
        }
    }

    private void Seal(string text) =>
        new StateFile(_tree, "journal").Write(NamedValues.Parse(text).Without("boot", "whole"));
}
