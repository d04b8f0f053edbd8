using KsmTools.Ksm;

namespace KsmTools.Tests.Ksm;

/// <summary>What is written down of a change, and what taking it back sets, knob by knob.</summary>
public sealed class ChangeRuleTests
{
    private static readonly KsmConfiguration Default = new()
    {
        Run = KsmRunState.Stopped,
        PagesToScan = 100,
        SleepMilliseconds = 20,
        MaxPageSharing = 256,
        AdvisorMode = KsmAdvisorMode.None,
        AdvisorMinPagesToScan = 500,
    };

    [Fact]
    public void Unmerging_is_an_act_and_no_state_to_go_back_to()
    {
        KsmConfiguration before = Now(now => now.Run = KsmRunState.Unmerged);
        KsmOwnChanges changes = KsmOwnChanges.None.With(before, new KsmConfiguration { Run = KsmRunState.Running });
        Assert.Equal([("run", "2 -> 1")], changes.Lines());
        Assert.Equal(KsmRunState.Stopped, changes.Undo(Now(now => now.Run = KsmRunState.Running)).Run);
        Assert.Empty(changes.LostTo(Default));
    }

    [Theory]
    [InlineData(KsmRunState.Running, 2u)]
    [InlineData(KsmRunState.Stopped, 7u)]
    public void Every_other_value_is_gone_back_to(KsmRunState run, uint sleep)
    {
        KsmConfiguration before = Now(now => (now.Run, now.SleepMilliseconds) = (run, sleep));
        var request = new KsmConfiguration { Run = run == KsmRunState.Running ? KsmRunState.Stopped : KsmRunState.Running, SleepMilliseconds = 0 };
        KsmConfiguration undo = KsmOwnChanges.None.With(before, request).Undo(request);
        Assert.Equal((run, sleep), (undo.Run, undo.SleepMilliseconds));
    }

    [Fact]
    public void What_a_knob_was_right_before_it_was_written_is_what_it_was_but_for_what_the_advisor_did_to_it()
    {
        KsmConfiguration before = Now(now => (now.AdvisorMode, now.PagesToScan) = (KsmAdvisorMode.ScanTime, 1234));
        var request = new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096, SleepMilliseconds = 0 };
        KsmKnobChange[] made = [new("AdvisorMode", "advisor_mode", "scan-time", "none"), new("PagesToScan", "pages_to_scan", "100", "4096"), new("SleepMilliseconds", "sleep_millisecs", "33", "0")];
        Assert.Equal(
            [("advisor_mode", "scan-time -> none"), ("pages_to_scan", "1234 -> 4096"), ("sleep_millisecs", "33 -> 0")],
            KsmOwnChanges.None.With(before, request, made).Lines().Order());
        Assert.Equal(
            [("pages_to_scan", "777 -> 4096"), ("sleep_millisecs", "33 -> 0")],
            KsmOwnChanges.None.With(Default, new KsmConfiguration { PagesToScan = 4096, SleepMilliseconds = 0 }, [new("PagesToScan", "pages_to_scan", "777", "4096"), made[2]]).Lines().Order());
    }

    [Theory]
    [InlineData(null, "300 -> 500")]
    [InlineData(700u, "300 -> 700")]
    public void The_advisor_begins_with_its_least(uint? least, string line)
    {
        var request = new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime, AdvisorMinPagesToScan = least };
        Assert.Contains(("pages_to_scan", line), KsmOwnChanges.None.With(Now(now => now.PagesToScan = 300), request).Lines());
    }

    [Theory]
    [InlineData(null, "1234 -> 100")]
    [InlineData(4096u, "1234 -> 4096")]
    public void An_advisor_that_is_switched_off_leaves_the_default_unless_another_is_asked_for(uint? asked, string line)
    {
        KsmConfiguration before = Now(now => (now.AdvisorMode, now.PagesToScan) = (KsmAdvisorMode.ScanTime, 1234));
        var request = new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = asked };
        Assert.Contains(("pages_to_scan", line), KsmOwnChanges.None.With(before, request).Lines());
    }

    [Fact]
    public void What_the_advisor_has_is_not_set()
    {
        KsmOwnChanges changes = KsmOwnChanges.None.With(Default, new KsmConfiguration { PagesToScan = 4096, SleepMilliseconds = 0 });

        // Somebody else has switched it on, and it has come to the same number.
        KsmConfiguration undo = changes.Undo(Now(now => (now.AdvisorMode, now.PagesToScan, now.SleepMilliseconds) = (KsmAdvisorMode.ScanTime, 4096, 0)));
        Assert.Equal((null, 20u), (undo.PagesToScan, undo.SleepMilliseconds));
    }

    [Fact]
    public void Of_what_the_advisor_has_nothing_is_said_and_of_other_knobs_it_is()
    {
        KsmOwnChanges changes = KsmOwnChanges.None.With(Default, new KsmConfiguration { PagesToScan = 4096, SleepMilliseconds = 0 });
        KsmConfiguration now = Now(now => (now.AdvisorMode, now.PagesToScan, now.SleepMilliseconds) = (KsmAdvisorMode.ScanTime, 777, 5));
        Assert.Equal(["SleepMilliseconds"], changes.LostTo(now).Select(lost => lost.Knob));
        now.AdvisorMode = KsmAdvisorMode.None;
        Assert.Equal(["PagesToScan", "SleepMilliseconds"], changes.LostTo(now).Select(lost => lost.Knob).Order());
    }

    [Theory]
    [InlineData(4096u, false)]
    [InlineData(500u, false)]
    [InlineData(100u, false)]
    [InlineData(777u, true)]
    public void The_advisor_stays_off_for_who_decides_on_pages_to_scan_and_not_for_a_kill_in_the_middle_of_switching_it_off(uint present, bool staysOff)
    {
        KsmConfiguration before = Now(now => (now.AdvisorMode, now.PagesToScan) = (KsmAdvisorMode.ScanTime, 500));
        KsmOwnChanges changes = KsmOwnChanges.None.With(before, new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096 });
        KsmConfiguration now = Now(now => now.PagesToScan = present);
        Assert.Equal(staysOff, changes.IsAdvisorLeft(now));
        Assert.Equal((staysOff ? null : KsmAdvisorMode.ScanTime, null), (changes.Undo(now).AdvisorMode, changes.Undo(now).PagesToScan));
        Assert.Equal(staysOff ? ["PagesToScan"] : [], changes.LostTo(now).Select(lost => lost.Knob));
    }

    [Fact]
    public void Who_decided_on_pages_to_scan_before_it_was_set_again_has_the_advisor_off()
    {
        KsmConfiguration before = Now(now => (now.AdvisorMode, now.PagesToScan) = (KsmAdvisorMode.ScanTime, 500));
        var drive = new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096 };
        KsmOwnChanges changes = KsmOwnChanges.None.With(before, drive).With(Now(now => now.PagesToScan = 777), drive);
        Assert.Equal([("pages_to_scan", "777 -> 4096")], changes.Lines());
        Assert.Equal((null, 777u), (changes.Undo(Now(now => now.PagesToScan = 4096)).AdvisorMode, changes.Undo(Now(now => now.PagesToScan = 4096)).PagesToScan));
    }

    [Fact]
    public void Of_an_advisor_that_was_never_on_nothing_is_said()
    {
        var drive = new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096 };
        KsmOwnChanges changes = KsmOwnChanges.None.With(Default, drive).Keeping(drive, drive, Now(now => now.PagesToScan = 4096));
        Assert.False(changes.IsAdvisorLeft(Now(now => now.PagesToScan = 777)));
    }

    [Fact]
    public void Two_changes_on_top_of_each_other_go_back_to_the_first()
    {
        KsmOwnChanges first = KsmOwnChanges.None.With(Default, new KsmConfiguration { MaxPageSharing = 16 });
        KsmConfiguration between = Now(now => now.MaxPageSharing = 16);
        KsmOwnChanges second = KsmOwnChanges.None.With(between, new KsmConfiguration { MaxPageSharing = 32 });
        KsmConfiguration now = Now(now => now.MaxPageSharing = 32);
        Assert.Equal([("max_page_sharing", "256 -> 32")], first.Joined(second, now).Lines());
        Assert.Equal([("max_page_sharing", "256 -> 32")], second.Joined(first, now).Lines());
    }

    [Fact]
    public void A_change_on_top_of_what_somebody_else_has_set_goes_back_to_that()
    {
        KsmOwnChanges first = KsmOwnChanges.None.With(Default, new KsmConfiguration { MaxPageSharing = 16 });
        KsmOwnChanges second = KsmOwnChanges.None.With(Now(now => now.MaxPageSharing = 64), new KsmConfiguration { MaxPageSharing = 32 });
        KsmConfiguration now = Now(now => now.MaxPageSharing = 32);
        Assert.Equal([("max_page_sharing", "64 -> 32")], first.Joined(second, now).Lines());
        Assert.Equal([("max_page_sharing", "64 -> 32")], second.Joined(first, now).Lines());
    }

    [Fact]
    public void Who_decides_on_the_advisor_decides_on_pages_to_scan_and_on_nothing_else()
    {
        KsmOwnChanges changes = KsmOwnChanges.None.With(Default, new KsmConfiguration { PagesToScan = 4096, SleepMilliseconds = 0, AdvisorMode = KsmAdvisorMode.None });
        Assert.Equal(["sleep_millisecs"], changes.Without(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime }).Lines().Select(line => line.Name));
        Assert.Equal(["pages_to_scan"], changes.Without(new KsmConfiguration { SleepMilliseconds = 7 }).Lines().Select(line => line.Name));
        Assert.Equal(2, changes.Without(new KsmConfiguration { Run = KsmRunState.Running }).Count);
    }

    [Theory]
    [InlineData("sleep_millisecs", "20 -> 0", true)]
    [InlineData("sleep_millisecs", " -> 0", false)]
    [InlineData("sleep_millisecs", "20 -> ", false)]
    [InlineData("sleep_millisecs", "20", false)]
    [InlineData("sleep_millisecs", "20 -> some", false)]
    [InlineData("sleep_seconds", "20 -> 0", false)]
    public void A_line_is_believed_where_both_values_are_some(string name, string value, bool isBelieved) =>
        Assert.Equal(isBelieved, KsmOwnChanges.None.WithLine(name, value, (knob, text) => !knob.IsOther && knob.Takes(text)) is not null);

    private static KsmConfiguration Now(Action<KsmConfiguration> change)
    {
        KsmConfiguration now = Default.Clone();
        change(now);
        return now;
    }
}
