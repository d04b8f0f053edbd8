using CsCheck;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>The one rule of putting back: what was changed here and nobody has changed since.</summary>
public sealed class OwnChangesTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();
    private readonly List<string> _remarks = [];

    private ActingCommand Command => new("Test") { Remark = _remarks.Add };

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("use_zero_pages", "1")]
    [InlineData("max_page_sharing", "32")]
    [InlineData("smart_scan", "0")]
    public void A_knob_that_was_not_touched_is_left_as_somebody_else_has_set_it(string knob, string value)
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0, Run = KsmRunState.Running });
            _tree[knob] = value;
        }

        Assert.Equal((value, "20", "0"), (_tree[knob], _tree["sleep_millisecs"], _tree["run"]));
        Assert.Empty(_remarks);
    }

    [Fact]
    public void A_knob_that_somebody_else_has_set_since_is_left_and_that_is_said()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { MaxPageSharing = 16, SleepMilliseconds = 0 });
            _tree["max_page_sharing"] = "32";
        }

        Assert.Equal(("32", "20"), (_tree["max_page_sharing"], _tree["sleep_millisecs"]));
        Assert.Contains("max_page_sharing to 32", Assert.Single(_remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_knob_that_somebody_else_has_set_to_what_it_was_is_not_worth_a_word()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
            _tree["sleep_millisecs"] = "20";
        }

        Assert.Empty(_remarks);
    }

    [Fact]
    public void What_somebody_else_has_set_between_two_changes_is_what_comes_back()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 0 });
            _tree["sleep_millisecs"] = "77";
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 1 });
        }

        Assert.Equal("77", _tree["sleep_millisecs"]);
    }

    [Fact]
    public void The_advisor_comes_back_and_with_it_what_it_owns()
    {
        _ = new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime });
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096 });
            Assert.Equal("4096", _tree["pages_to_scan"]);
        }

        Assert.Equal(("none [scan-time]", "500"), (_tree["advisor_mode"], _tree["pages_to_scan"]));
        Assert.DoesNotContain("pages_to_scan=500", _tree.Writes);
        Assert.Empty(_remarks);
    }

    [Fact]
    public void An_advisor_that_somebody_else_switched_on_meanwhile_keeps_pages_to_scan()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { PagesToScan = 4096 });
            _ = new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime });
        }

        Assert.Equal(("none [scan-time]", "500"), (_tree["advisor_mode"], _tree["pages_to_scan"]));
    }

    [Fact]
    public void What_the_kernel_changes_with_the_advisor_comes_back_with_it()
    {
        _tree["pages_to_scan"] = "300";
        string before = _tree.Snapshot();
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime });

            // The advisor chooses another one after every scan.
            _tree["pages_to_scan"] = "1234";
        }

        Assert.Equal(before, _tree.Snapshot());
    }

    [Fact]
    public void A_request_that_fails_takes_back_what_it_wrote_and_nothing_else()
    {
        _tree["pages_to_scan"] = "300";
        _tree.Refusals["run"] = Interop.Errno.EIO;

        // Somebody else sets a knob while the request is written.
        _tree.Writing = (_, _) => _tree["use_zero_pages"] = "1";
        _ = Assert.ThrowsAny<Exception>(() => new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime, SleepMilliseconds = 3, Run = KsmRunState.Running }));
        _tree.Writing = null;
        Assert.Equal(("300", "20", "1"), (_tree["pages_to_scan"], _tree["sleep_millisecs"], _tree["use_zero_pages"]));
        Assert.StartsWith("[none]", _tree["advisor_mode"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_fails_half_way_is_forgotten_and_the_earlier_ones_come_back()
    {
        string before = _tree.Snapshot();
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { SleepMilliseconds = 5, PagesToScan = 400 });
            _tree.Refusals["pages_to_scan"] = Interop.Errno.EIO;
            _ = Assert.ThrowsAny<Exception>(() => settings.Apply(new KsmConfiguration { SleepMilliseconds = 0, PagesToScan = 4096 }));
            _tree.Refusals.Clear();
            Assert.Equal(("5", "400"), (_tree["sleep_millisecs"], _tree["pages_to_scan"]));
        }

        Assert.Equal(before, _tree.Snapshot());
        Assert.Empty(_remarks);
    }

    [Fact]
    public void What_is_kept_is_put_in_the_place_of_the_former_value_unless_somebody_else_has_set_it()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { MaxPageSharing = 16, SleepMilliseconds = 0, PagesToScan = 7 });
            _tree["pages_to_scan"] = "9";
            settings.Keep(new KsmConfiguration { MaxPageSharing = 64, PagesToScan = 8, UseZeroPages = true });
        }

        Assert.Equal(("64", "20", "9", "1"), (_tree["max_page_sharing"], _tree["sleep_millisecs"], _tree["pages_to_scan"], _tree["use_zero_pages"]));
    }

    [Fact]
    public void What_is_kept_does_not_go_over_what_somebody_else_has_decided()
    {
        _tree["run"] = "1";
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            // None of these changes anything but the last.
            settings.Apply(new KsmConfiguration { Run = KsmRunState.Running, AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096 });
            _tree["run"] = "0";
            _ = new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime });
            settings.Keep(new KsmConfiguration { Run = KsmRunState.Running, AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096 });
        }

        Assert.Equal(("0", "none [scan-time]", "500"), (_tree["run"], _tree["advisor_mode"], _tree["pages_to_scan"]));
    }

    [Fact]
    public void Who_sets_pages_to_scan_while_the_advisor_is_off_keeps_it_off()
    {
        _ = new KsmConfigurationStore(_tree).Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.ScanTime });
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { AdvisorMode = KsmAdvisorMode.None, PagesToScan = 4096, SleepMilliseconds = 0 });
            _tree["pages_to_scan"] = "150";
        }

        Assert.Equal(("[none] scan-time", "150", "20"), (_tree["advisor_mode"], _tree["pages_to_scan"], _tree["sleep_millisecs"]));
        Assert.Contains("pages_to_scan to 150", _remarks[0], StringComparison.Ordinal);
        Assert.Contains("-AdvisorMode ScanTime", _remarks[1], StringComparison.Ordinal);
        Assert.Equal(2, _remarks.Count);
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void What_is_set_over_somebody_elses_value_is_said_and_goes_back_to_it()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { PagesToScan = 4096, SleepMilliseconds = 0 });
            _tree["pages_to_scan"] = "777";
            _tree["sleep_millisecs"] = "5";
            settings.Apply(new KsmConfiguration { PagesToScan = 4096 });
        }

        Assert.Equal(("777", "5"), (_tree["pages_to_scan"], _tree["sleep_millisecs"]));
        Assert.Equal(2, _remarks.Count);
        Assert.Contains("pages_to_scan to 777 meanwhile", _remarks[0], StringComparison.Ordinal);
        Assert.Contains("sleep_millisecs to 5", _remarks[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_else_sets_while_a_change_is_made_is_what_comes_back()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            // smart_scan is written first.
            _tree.Writing = (knob, _) => _tree["sleep_millisecs"] = knob == "smart_scan" ? "77" : _tree["sleep_millisecs"];
            settings.Apply(new KsmConfiguration { SmartScan = false, SleepMilliseconds = 0 });
            _tree.Writing = null;
            Assert.Equal("0", _tree["sleep_millisecs"]);
        }

        Assert.Equal(("77", "1"), (_tree["sleep_millisecs"], _tree["smart_scan"]));
    }

    [Fact]
    public void What_somebody_else_sets_while_changes_are_taken_back_stays_and_that_is_said()
    {
        using (var settings = KsmTemporarySettings.Begin(_tree, Command))
        {
            settings.Apply(new KsmConfiguration { Run = KsmRunState.Running, SleepMilliseconds = 0, PagesToScan = 7 });

            // Stopping ksmd, which comes first, waits for its batch.
            _tree.Writing = (knob, _) => _tree["sleep_millisecs"] = knob == "run" ? "77" : _tree["sleep_millisecs"];
        }

        _tree.Writing = null;
        Assert.Equal(("0", "77", "100"), (_tree["run"], _tree["sleep_millisecs"], _tree["pages_to_scan"]));
        Assert.Contains("sleep_millisecs to 77", Assert.Single(_remarks), StringComparison.Ordinal);
        Assert.Null(KsmJournal.Read(_tree));
    }

    [Fact]
    public void Whatever_the_command_and_others_do_in_turn_each_knob_ends_as_others_left_it()
    {
        // What the command sets and what others set is never the same, so that it can be told who was last.
        (string Knob, string[] Ours, string[] Others)[] knobs =
        [
            ("sleep_millisecs", ["0", "1", "2"], ["20", "30", "40"]),
            ("pages_to_scan", ["4096", "4097", "4098"], ["100", "200", "300"]),
            ("max_page_sharing", ["16", "17", "18"], ["256", "64", "128"]),
            ("stable_node_chains_prune_millisecs", ["1", "2", "3"], ["2000", "3000", "4000"]),
        ];
        Gen<(int Knob, int Value, bool IsOurs)> step = Gen.Select(Gen.Int[0, knobs.Length - 1], Gen.Int[0, 2], Gen.Bool);
        step.Array[0, 20].ForAll(steps =>
        {
            foreach ((string knob, _, string[] others) in knobs)
            {
                _tree[knob] = others[0];
            }

            var expected = knobs.ToDictionary(knob => knob.Knob, knob => knob.Others[0]);
            bool isKilled = steps.Length % 2 == 1;
            var settings = KsmTemporarySettings.Begin(_tree, Command);
            string journal = string.Empty;
            foreach ((int index, int value, bool isOurs) in steps)
            {
                (string knob, string[] ours, string[] others) = knobs[index];
                if (isOurs)
                {
                    var request = new KsmConfiguration();
                    Assert.True(KsmKnob.All.Single(known => known.FileName == knob).TryStore(request, ours[value]));
                    settings.Apply(request);
                }
                else
                {
                    _tree[knob] = expected[knob] = others[value];
                }
            }

            if (isKilled)
            {
                // As if it had been killed here: the journal is all there is.
                string place = _tree.Locate("/run/ksmtools/journal");
                journal = File.ReadAllText(place);
                string state = _tree.Snapshot();
                settings.Dispose();
                foreach (string line in state.Split('\n'))
                {
                    _tree[line.Split('=')[0]] = line.Split('=', 2)[1];
                }

                File.WriteAllText(place, journal);
                Assert.True(new KsmSettings(_tree).Restore(Command));
            }
            else
            {
                settings.Dispose();
            }

            Assert.Equal(expected, knobs.ToDictionary(knob => knob.Knob, knob => _tree[knob.Knob]!));
            Assert.Null(KsmJournal.Read(_tree));
        });
    }
}
