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
    public void A_while_that_cannot_begin_lets_go_of_the_lock()
    {
        _ = Assert.Throws<InvalidOperationException>(() => KsmTemporarySettings.Begin(_tree, Command, () => throw new InvalidOperationException()));
        Assert.Null(CommandLock.HolderOf(_tree, CommandLock.Settings));
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
