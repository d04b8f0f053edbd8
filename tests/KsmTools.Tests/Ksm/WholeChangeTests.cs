using CsCheck;
using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>Several knobs are set or none, also where the command is killed between two writes.</summary>
public sealed class WholeChangeTests : IDisposable
{
    private const string Journal = "/run/ksmtools/journal";

    private static readonly KsmConfiguration Request = new()
    {
        SleepMilliseconds = 77,
        SmartScan = false,
        Other = new Dictionary<string, string?> { ["new_knob"] = "x -> y", ["pages_reused"] = "18" },
    };

    private readonly FakeKsmTree _tree = new() { ["new_knob"] = "a -> b\nc\\d", ["pages_reused"] = "17" };

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("smart_scan")]
    [InlineData("sleep_millisecs")]
    [InlineData("new_knob")]
    [InlineData("pages_reused")]
    public void What_was_set_before_a_kill_is_taken_back(string last)
    {
        string before = _tree.Snapshot();
        (string Journal, string Snapshot)? killed = null;
        _tree.Writing = (name, _) => killed = name == last ? (File.ReadAllText(_tree.Locate(Journal)), _tree.Snapshot()) : killed;
        Set(Request);
        Assert.False(File.Exists(_tree.Locate(Journal)));
        Assert.Null(new KsmSettings(_tree).RestoreAction);

        Show(killed!.Value.Snapshot);
        _tree.Put(Journal[1..], killed.Value.Journal);
        Assert.Contains("Set-KsmConfiguration", new KsmSettings(_tree).InterruptedRemark, StringComparison.Ordinal);
        Assert.True(new KsmSettings(_tree).Restore("Restore-KsmConfiguration"));
        Assert.Equal(before, _tree.Snapshot());
        Assert.False(File.Exists(_tree.Locate(Journal)));
    }

    [Fact]
    public void Nobody_is_told_meanwhile_that_they_do_not_last()
    {
        int looks = 0;
        _tree.Writing = (_, _) =>
        {
            looks++;
            Assert.True(File.Exists(_tree.Locate(Journal)));
            Assert.Null(new KsmSettings(_tree).TemporaryRemark);
        };
        Set(Request);
        Assert.Equal(4, looks);
    }

    [Fact]
    public void One_write_needs_no_record()
    {
        _tree.Writing = (_, _) => Assert.False(File.Exists(_tree.Locate(Journal)));
        Set(new KsmConfiguration { SleepMilliseconds = 77 });
        Assert.Equal("77", _tree["sleep_millisecs"]);
    }

    [Fact]
    public void What_fails_leaves_no_record()
    {
        string before = _tree.Snapshot();
        _tree.Refusals["pages_reused"] = Errno.EINVAL;
        Assert.Throws<KsmToolsException>(() => Set(Request));
        Assert.Equal(before, _tree.Snapshot());
        Assert.False(File.Exists(_tree.Locate(Journal)));
    }

    [Fact]
    public void What_another_command_left_stays_on_record_beside_it()
    {
        KsmConfiguration now = new KsmConfigurationStore(_tree).Read();
        var left = new KsmConfiguration { PagesToScan = 4096, UseZeroPages = true };
        KsmJournal.Write(_tree, "Invoke-KsmMerge", KsmOwnChanges.None.With(now, left), unmerges: false);
        _ = new KsmConfigurationStore(_tree).Apply(left);
        string journal = File.ReadAllText(_tree.Locate(Journal));
        bool isBeside = true;
        _tree.Writing = (_, _) => isBeside &= File.ReadAllText(_tree.Locate(Journal)).Contains("pages_to_scan=100 -> 4096", StringComparison.Ordinal);
        Set(Request);
        Assert.True(isBeside);
        Assert.Equal(Lines(journal), Lines(File.ReadAllText(_tree.Locate(Journal))));
        Assert.True(new KsmSettings(_tree).Restore("Restore-KsmConfiguration"));
        Assert.Equal(("100", "0", "77", "x -> y"), (_tree["pages_to_scan"], _tree["use_zero_pages"], _tree["sleep_millisecs"], _tree["new_knob"]));
    }

    [Fact]
    public void Any_text_stands_on_one_line_and_comes_back() => Gen.Char["ab\\->n \n"].Array.Select(characters => new string(characters)).ForAll(
        text =>
        {
            string recorded = RecordedText.Of(text);
            Assert.DoesNotContain("\n", recorded, StringComparison.Ordinal);
            Assert.DoesNotContain("->", recorded, StringComparison.Ordinal);
            Assert.Equal(text, RecordedText.Read(recorded));
        },
        cases: 2000);

    private static string[] Lines(string journal) => [.. journal.Split('\n').Where(line => line.Contains(" -> ", StringComparison.Ordinal))];

    private void Set(KsmConfiguration request) => new KsmSettings(_tree).Set(request, force: false, "Set-KsmConfiguration");

    private void Show(string snapshot)
    {
        (string former, _tree.Writing) = (_tree["new_knob"]!, null);
        foreach (string[] file in snapshot.Split('\n').Select(line => line.Split('=', 2)).Where(file => file.Length == 2))
        {
            _tree[file[0]] = file[1];
        }

        // It has two lines.
        _tree["new_knob"] = snapshot.Contains("new_knob=x", StringComparison.Ordinal) ? former : "a -> b\nc\\d";
    }
}
