using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>What stands in the journal at every moment: whoever is killed then leaves it to the next command.</summary>
public sealed class ChangeRecordTests : IDisposable
{
    private const string Place = "run/ksmtools/journal";
    private const string Owes = "unmerge_first=1";

    private readonly FakeKsmTree _tree = new();
    private readonly List<string> _remarks = [];
    private readonly List<KsmToolsException> _damages = [];

    private ActingCommand Command => new("Test") { Remark = _remarks.Add, Damaged = _damages.Add };

    private string Text => File.ReadAllText(_tree.Locate("/" + Place));

    private IEnumerable<(string Name, string Value)> Lines => KsmJournal.Read(_tree)!.Changes(new KsmConfiguration()).Lines();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whether_the_end_unmerges_is_on_record_from_the_beginning(bool unmerges)
    {
        using var settings = KsmTemporarySettings.Begin(_tree, Command, () => unmerges);
        Assert.Equal(unmerges, Text.Contains(Owes, StringComparison.Ordinal));
        Assert.Equal(unmerges, !KsmJournal.Read(_tree)!.IsEmpty);
        settings.Apply(new KsmConfiguration { MaxPageSharing = 16 });
        Assert.Equal(unmerges, Text.Contains(Owes, StringComparison.Ordinal));
        settings.Keep(new KsmConfiguration { MaxPageSharing = 64 });
        Assert.Equal(unmerges, Text.Contains(Owes, StringComparison.Ordinal));
        Assert.Equal([("max_page_sharing", "64 -> 16")], Lines);
    }

    [Fact]
    public void An_unmerge_that_a_dead_command_owes_stays_on_record_as_long_as_its_change()
    {
        _tree["max_page_sharing"] = "16";
        _tree.Refusals["max_page_sharing"] = Interop.Errno.EBUSY;
        new StateFile(_tree, "journal").Write(NamedValues.Parse($"command=Invoke-KsmMerge\nprocess=4194305\ntime=yesterday\n{Owes}\nmax_page_sharing=256 -> 16\nsleep_millisecs=30 -> 20\n"));
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            Assert.Contains(Owes, Text, StringComparison.Ordinal);
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
            Assert.Contains(Owes, Text, StringComparison.Ordinal);
            Assert.Equal([("max_page_sharing", "256 -> 16"), ("sleep_millisecs", "30 -> 0")], Lines.Order());
        }

        Assert.Equal("30", _tree["sleep_millisecs"]);
        Assert.Contains(Owes, Text, StringComparison.Ordinal);
        Assert.Equal([("max_page_sharing", "256 -> 16")], Lines);
        Assert.Contains("max_page_sharing", Assert.Single(_remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_failed_is_off_the_record_and_the_earlier_ones_are_on_it()
    {
        using var settings = KsmTemporarySettings.Begin(_tree, Command);
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 5 });
        _tree.Refusals["pages_to_scan"] = Interop.Errno.EIO;
        _ = Assert.ThrowsAny<Exception>(() => settings.Apply(new KsmConfiguration { SleepMilliseconds = 0, PagesToScan = 4096 }));
        Assert.Equal([("sleep_millisecs", "20 -> 5")], Lines);
    }

    [Fact]
    public void What_somebody_else_set_while_a_change_was_made_is_on_record_as_what_was_before()
    {
        using var settings = KsmTemporarySettings.Begin(_tree, Command);
        _tree.Writing = (knob, _) => _tree["sleep_millisecs"] = knob == "smart_scan" ? "77" : _tree["sleep_millisecs"];
        settings.Apply(new KsmConfiguration { SmartScan = false, SleepMilliseconds = 0 });
        _tree.Writing = null;
        Assert.Equal([("sleep_millisecs", "77 -> 0"), ("smart_scan", "1 -> 0")], Lines.Order());
    }

    [Fact]
    public void What_can_be_read_of_a_damaged_record_stays_one_and_what_cannot_is_named()
    {
        _tree["sleep_millisecs"] = "0";
        _tree.Put(Place, "command=Invoke-KsmMerge\nprocess=4194305\ntime=yesterday\nnonsense\nother=1\nsleep_millisecs=20 -> 0\n");
        new KsmSettings(_tree).Set(new KsmConfiguration { PagesToScan = 200 }, force: false, Command);
        Assert.Contains("nonsense, other=1", Assert.Single(_damages).Message, StringComparison.Ordinal);
        KsmChangeRecord journal = KsmJournal.Read(_tree)!;
        Assert.False(journal.IsDamaged);
        Assert.Equal("Invoke-KsmMerge (process 4194305, yesterday)", journal.ToString());
        Assert.Equal([("sleep_millisecs", "20 -> 0")], Lines);
    }

    [Theory]
    [InlineData("sleep_millisecs=20 -> 0\n", 0)]
    [InlineData("sleep_millisecs=20 -> 0\nmax_page_sharing=256 -> 16\n", 1)]
    public void One_that_cannot_be_moved_out_of_the_way_stops_nothing(string text, int left)
    {
        _tree["sleep_millisecs"] = "0";
        _tree["max_page_sharing"] = "16";
        _tree.Refusals["max_page_sharing"] = Interop.Errno.EBUSY;
        _tree.Put(Place, text);
        _tree.Put("run/ksmtools/damaged", "a file");
        var settings = new KsmSettings(_tree);
        settings.Set(new KsmConfiguration { PagesToScan = 200 }, force: false, Command);
        Assert.Equal("200", _tree["pages_to_scan"]);
        Assert.Equal(text, Text);
        KsmToolsException damage = Assert.Single(_damages);
        Assert.Equal((ErrorReason.StateDamaged, _tree.Locate("/" + Place)), (damage.Reason, damage.Target));
        Assert.Contains("cannot be put in order", damage.Message, StringComparison.Ordinal);
        Assert.Contains(_tree.Locate("/run/ksmtools/damaged"), damage.RecommendedAction, StringComparison.Ordinal);

        // A command that begins now takes back what can be read, too.
        KsmTemporarySettings.Begin(_tree, Command).Dispose();
        Assert.Equal("20", _tree["sleep_millisecs"]);
        Assert.Equal(left, KsmJournal.Read(_tree)?.Changes(new KsmConfiguration()).Count ?? 0);
    }

    [Fact]
    public void What_a_dead_command_left_stays_its_own()
    {
        _tree["max_page_sharing"] = "16";
        _tree.Refusals["max_page_sharing"] = Interop.Errno.EBUSY;
        new StateFile(_tree, "journal").Write(NamedValues.Parse($"command=Invoke-RmapBenchmark\nprocess=4194305\ntime=yesterday\n{Owes}\nmax_page_sharing=256 -> 16\n"));
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        }

        Assert.Equal("Invoke-RmapBenchmark (process 4194305, yesterday)", new KsmSettings(_tree).Interrupted);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => new KsmSettings(_tree).Restore(Command));
        Assert.Contains("Stop-Ksm -Unmerge", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("Invoke-RmapBenchmark (process 4194305, yesterday)", new KsmSettings(_tree).Interrupted);
        Assert.Contains(Owes, Text, StringComparison.Ordinal);
        Assert.All(_remarks, remark => Assert.Contains("Stop-Ksm -Unmerge", remark, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unmerge_for_which_there_was_no_memory_is_owed()
    {
        _tree.Put("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: 4 kB\n");
        using (var settings = KsmTemporarySettings.Begin(_tree, Command, () => true))
        {
            settings.Apply(new KsmConfiguration { Run = KsmRunState.Running });
            (_tree["pages_shared"], _tree["pages_sharing"]) = ("5", "5000");
        }

        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.Equal("0", _tree["run"]);
        var after = new KsmSettings(_tree);
        Assert.Contains("left pages merged", after.InterruptedRemark, StringComparison.Ordinal);
        Assert.StartsWith("unmerge all pages", after.RestoreAction, StringComparison.Ordinal);

        // Still none; then there is.
        Assert.True(after.Restore(Command));
        Assert.NotNull(after.Interrupted);
        _tree.Put("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n");
        Assert.True(after.Restore(Command));
        Assert.Equal(["run=2", "run=0"], _tree.Writes[^2..]);
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void Of_an_owed_unmerge_that_nobody_does_any_more_people_are_told()
    {
        KsmJournal.Write(_tree, "Test-KsmMigration", KsmOwnChanges.None.With(new KsmConfigurationStore(_tree).Read(), new KsmConfiguration { SleepMilliseconds = 0 }), unmerges: true);
        _tree["sleep_millisecs"] = "0";
        _tree["pages_shared"] = "5";
        using (var notices = new Notices(Command))
        {
            Assert.True(KsmLeftover.TakeBack(_tree, notices) is { Unmerges: false, Changes.IsEmpty: true, Record: null });
        }

        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.Null(KsmJournal.Read(_tree));
        string remark = Assert.Single(_remarks);
        Assert.Contains("Test-KsmMigration", remark, StringComparison.Ordinal);
        Assert.Contains("Stop-Ksm -Unmerge", remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_set_run_since_is_told_that_what_is_merged_stays_so()
    {
        KsmJournal.Write(_tree, "Test-KsmMigration", KsmOwnChanges.None.With(new KsmConfigurationStore(_tree).Read(), new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0 }), unmerges: true);
        (_tree["run"], _tree["sleep_millisecs"], _tree["pages_shared"]) = ("0", "0", "5");
        var settings = new KsmSettings(_tree);
        Assert.DoesNotContain("unmerge", settings.RestoreAction, StringComparison.Ordinal);
        Assert.True(settings.Restore(Command));
        Assert.DoesNotContain("run=2", _tree.Writes);
        Assert.Contains("Stop-Ksm -Unmerge", Assert.Single(_remarks), StringComparison.Ordinal);
        Assert.Equal("20", _tree["sleep_millisecs"]);
    }

    [Fact]
    public void Of_an_owed_unmerge_nothing_is_said_once_nothing_is_merged()
    {
        KsmJournal.Write(_tree, "Test-KsmMigration", KsmOwnChanges.None, unmerges: true);
        Assert.Null(new KsmSettings(_tree).InterruptedRemark);
        _tree["pages_shared"] = "5";
        Assert.NotNull(new KsmSettings(_tree).InterruptedRemark);
    }

    [Fact]
    public void What_is_to_be_done_is_told_where_nothing_of_it_is_in_force()
    {
        _tree.Put(Place, string.Empty);
        Assert.StartsWith("forget what", new KsmSettings(_tree).RestoreAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_without_what_was_set_are_told_of()
    {
        _tree["run"] = "1";
        new StateFile(_tree, "journal").Write(NamedValues.Parse("command=Invoke-KsmMerge\nprocess=4194305\ntime=yesterday\nrun=0\n"));
        Assert.NotNull(new KsmSettings(_tree).InterruptedRemark);
        Assert.Contains("run 1 -> 0", new KsmSettings(_tree).RestoreAction, StringComparison.Ordinal);
    }

    [Fact]
    public void While_a_command_runs_what_would_be_restored_is_nobodys_to_say()
    {
        var settings = new KsmSettings(_tree);
        settings.RequireIdle();
        using (KsmTemporarySettings.Begin(_tree, Command))
        {
            Assert.Equal(ErrorReason.KnobBusy, Assert.Throws<KsmToolsException>(settings.RequireIdle).Reason);
        }

        settings.RequireIdle();
    }

    [Fact]
    public void Of_lines_that_are_missing_it_is_said_that_they_are()
    {
        _tree["sleep_millisecs"] = "0";
        _tree.Put(Place, "sleep_millisecs=20 -> 0\n");
        new KsmSettings(_tree).Set(new KsmConfiguration { PagesToScan = 200 }, force: false, Command);
        Assert.Contains("Not known: what stood in lines that are missing", Assert.Single(_damages).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_an_earlier_boot_is_gone_once_somebody_has_the_lock()
    {
        _tree.Put("proc/sys/kernel/random/boot_id", "b6f0a1c2\n");
        KsmJournal.Write(_tree, Command, KsmOwnChanges.None.With(new KsmConfigurationStore(_tree).Read(), new KsmConfiguration { Run = KsmRunState.Running }), unmerges: false);
        _tree.Put("proc/sys/kernel/random/boot_id", "0c11ab34\n");
        new KsmSettings(_tree).Set(new KsmConfiguration { PagesToScan = 200 }, force: false, Command);
        Assert.Null(KsmJournal.Read(_tree));
        Assert.Single(_remarks);
    }

    [Fact]
    public void One_of_an_earlier_boot_that_cannot_be_removed_stops_nothing()
    {
        Needs.Root();
        _tree.Put("proc/sys/kernel/random/boot_id", "b6f0a1c2\n");
        KsmJournal.Write(_tree, Command, KsmOwnChanges.None.With(new KsmConfigurationStore(_tree).Read(), new KsmConfiguration { Run = KsmRunState.Running }), unmerges: false);
        _tree.Put("proc/sys/kernel/random/boot_id", "0c11ab34\n");
        string path = _tree.Locate("/" + Place);
        Stranger.Shell($"chattr +i {path} || true");
        try
        {
            new KsmSettings(_tree).Set(new KsmConfiguration { PagesToScan = 200 }, force: false, Command);
            Assert.True(new KsmSettings(_tree).Restore(Command) || KsmJournal.Read(_tree) is null);
        }
        finally
        {
            Stranger.Shell($"chattr -i {path} 2> /dev/null || true");
        }

        Assert.Equal(("200", "0"), (_tree["pages_to_scan"], _tree["run"]));
    }

    [Fact]
    public void A_while_that_cannot_begin_lets_go_of_the_lock_and_tells_what_it_took_back()
    {
        _tree["sleep_millisecs"] = "5";
        new StateFile(_tree, "journal").Write(NamedValues.Parse("command=Invoke-KsmMerge\nprocess=4194305\ntime=yesterday\nsleep_millisecs=20 -> 0\n"));
        _ = Assert.Throws<InvalidOperationException>(() => KsmTemporarySettings.Begin(_tree, Command, () => throw new InvalidOperationException()));
        Assert.Null(CommandLock.HolderOf(_tree, CommandLock.Settings));
        Assert.Contains("sleep_millisecs to 5", Assert.Single(_remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_KSM_nothing_is_made()
    {
        foreach (string file in Directory.GetFiles(_tree.Locate(KsmFiles.Folder)))
        {
            File.Delete(file);
        }

        Directory.Delete(_tree.Locate(KsmFiles.Folder));
        Assert.Equal(ErrorReason.KsmNotSupported, Assert.Throws<KsmToolsException>(() => KsmTemporarySettings.Begin(_tree, Command)).Reason);
        Assert.False(Directory.Exists(_tree.Locate("/run/ksmtools")));
    }

    [Fact]
    public void What_cannot_be_taken_back_in_the_middle_is_a_failure_and_stays_on_record()
    {
        using var settings = KsmTemporarySettings.Begin(_tree, Command);
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 0, PagesToScan = 7 });
        _tree.Refusals["sleep_millisecs"] = Interop.Errno.EIO;
        Assert.Equal(ErrorReason.StateRestoreFailed, Assert.Throws<KsmToolsException>(settings.TakeBack).Reason);
        Assert.Equal("100", _tree["pages_to_scan"]);
        Assert.Equal([("sleep_millisecs", "20 -> 0")], Lines);
        _tree.Refusals.Clear();
    }

    [Theory]
    [InlineData("pages_shared")]
    [InlineData("ksm_zero_pages")]
    public void Empty_pages_are_merged_ones_too(string counter)
    {
        using (KsmTemporarySettings.Begin(_tree, Command, () => true))
        {
            _tree[counter] = "5";
        }

        Assert.Equal(["run=2", "run=0"], _tree.Writes);
    }

    [Fact]
    public void Where_nothing_is_merged_nothing_is_unmerged()
    {
        KsmTemporarySettings.Begin(_tree, Command, () => true).Dispose();
        Assert.Empty(_tree.Writes);
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void What_is_over_changes_nothing_any_more()
    {
        var settings = KsmTemporarySettings.Begin(_tree, Command);
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
        settings.Dispose();
        settings.Apply(new KsmConfiguration { SleepMilliseconds = 3 });
        settings.Keep(new KsmConfiguration { SleepMilliseconds = 4 });
        settings.TakeBack();
        Assert.Equal(("20", null), (_tree["sleep_millisecs"], KsmJournal.Read(_tree)));
    }

    [Fact]
    public void What_the_kernel_refuses_to_unmerge_is_said()
    {
        using (KsmTemporarySettings.Begin(_tree, Command, () => true))
        {
            _tree["pages_shared"] = "5";
            _tree.Refusals["run"] = Interop.Errno.ENOMEM;
        }

        Assert.Contains("ENOMEM", Assert.Single(_remarks), StringComparison.Ordinal);
        _tree.Refusals.Clear();
    }
}
