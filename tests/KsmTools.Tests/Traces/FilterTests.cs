using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tests.Traces;

/// <summary>What a filter lets through is what Where-Object does, of every format and of every command that reads.</summary>
public sealed class FilterTests : IDisposable
{
    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Filters()
    {
        var data = new TheoryData<string, string>();
        (string Parameters, string Condition)[] filters =
        [
            ("-ThreadId 330", "$_.ThreadId -eq 330"),
            ("-ThreadId 329, 331, 1", "$_.ThreadId -in 329, 331, 1"),
            ("-Command RMAP*", "$_.Command -like 'rmap*'"),
            ("-Command nobody, swapper", "$_.Command -in 'nobody', 'swapper'"),
            ("-Cpu 1", "$_.Cpu -eq 1"),
            ("-Cpu 0, 7", "$_.Cpu -in 0, 7"),
            ("-After 38.2s", "TIME -ge 38200000000"),
            ("-Before 38321056000", "TIME -lt 38321056000"),
            ("-After ([timespan]'00:00:38.1') -Before 38.4s -ThreadId 330", "TIME -ge 38100000000 -and TIME -lt 38400000000 -and $_.ThreadId -eq 330"),
            ("-After 1h", "$false"),
            ("-After 38s -Before 38.5s", "TIME -ge 38000000000 -and TIME -lt 38500000000"),
        ];
        foreach ((string parameters, string condition) in filters)
        {
            data.Add(parameters, condition);
        }

        return data;
    }

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void Events_and_walks_are_those_that_Where_Object_finds(string parameters, string condition)
    {
        foreach (string file in (string[])["6.12-native/mixed.trace.txt.gz", "6.12-fprobe/mixed.trace.txt.gz"])
        {
            string path = Captures.Data(file);
            Same($"Import-RmapTrace '{path}' {parameters}", $"Import-RmapTrace '{path}' | Where-Object {{ {condition.Replace("TIME", "$_.TimestampNanoseconds", StringComparison.Ordinal)} }}");
            Same($"Import-RmapTrace '{path}' -AsWalk {parameters}", $"Import-RmapTrace '{path}' -AsWalk | Where-Object {{ {condition.Replace("TIME", "$_.StartNanoseconds", StringComparison.Ordinal)} }}");
        }
    }

    [Theory]
    [InlineData("6.12-native/anon.dat")]
    [InlineData("6.12-kprobe/ksm.dat")]
    [InlineData("thp-locked/locked.dat")]
    [InlineData("thp-locked/locked.trace.txt.gz")]
    [InlineData("6.12-fprobe/anon.perf.script.txt")]
    [InlineData("6.12-native/file.perf.script.txt")]
    public void Every_format_is_filtered(string name)
    {
        string path = Captures.Data(name);
        List<RmapWalk> all = [.. _host.Run($"Import-RmapTrace '{path}' -AsWalk").All<RmapWalk>().OrderBy(walk => walk.StartNanoseconds)];
        RmapWalk first = all[all.Count / 3], last = all[^1];
        long middle = all[all.Count / 2].DurationNanoseconds;
        foreach ((string parameters, Func<RmapWalk, bool> wanted) in ((string, Func<RmapWalk, bool>)[])
        [
            ($"-ThreadId {first.ThreadId}", walk => walk.ThreadId == first.ThreadId),
            ($"-Command '{first.Command[..2]}*'", walk => walk.Command.StartsWith(first.Command[..2], StringComparison.OrdinalIgnoreCase)),
            ($"-After {first.StartNanoseconds} -Before {last.StartNanoseconds}", walk => walk.StartNanoseconds >= first.StartNanoseconds && walk.StartNanoseconds < last.StartNanoseconds),
            ($"-MinimumDuration ([timespan]::FromTicks({middle / 100}))", walk => walk.DurationNanoseconds >= middle / 100 * 100),
        ])
        {
            List<RmapWalk> expected = [.. all.Where(wanted)];
            Assert.Equal(expected.Select(Key), _host.Run($"Import-RmapTrace '{path}' -AsWalk {parameters}").All<RmapWalk>().Select(Key).OrderBy(key => key));
            Assert.Equal(expected.Count, _host.Run($"Measure-RmapWalk '{path}' {parameters} -GroupBy None").All<RmapWalkStatistics>().Sum(statistics => statistics.Count));
        }

        static (long, long, int, string) Key(RmapWalk walk) => (walk.StartNanoseconds, walk.DurationNanoseconds, walk.ThreadId, walk.Command);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void Every_way_to_measure_filters_alike(string parameters, string condition)
    {
        string path = Captures.Data("6.12-native/mixed.trace.txt.gz");
        condition = condition.Replace("TIME", "$_.StartNanoseconds", StringComparison.Ordinal);
        const string Show = " | ForEach-Object { '{0} {1} {2} {3}' -f $_.PageType, $_.Count, $_.MeanNanoseconds, $_.MaximumNanoseconds }";
        IReadOnlyList<string> expected = _host.Run($"Import-RmapTrace '{path}' -AsWalk | Where-Object {{ {condition} }} | Measure-RmapWalk{Show}").All<string>();
        foreach (string way in (string[])
        [
            $"Measure-RmapWalk '{path}' {parameters}",
            $"Get-Item '{path}' | Measure-RmapWalk {parameters}",
            $"Import-RmapTrace '{path}' | Measure-RmapWalk {parameters}",
            $"Import-RmapTrace '{path}' -AsWalk | Measure-RmapWalk {parameters}",
        ])
        {
            Assert.Equal(expected, _host.Run(way + Show).All<string>());
        }

        Assert.Equal(
            _host.Run($"Import-RmapTrace '{path}' -AsWalk | Where-Object {{ {condition} }} | Show-RmapHistogram").All<string>(),
            _host.Run($"Show-RmapHistogram '{path}' {parameters}").All<string>());
    }

    [Fact]
    public void A_walk_is_of_the_time_and_the_CPU_that_it_began_at_and_its_other_end_is_nobody_elses()
    {
        string path = _folder.Write("trace.txt", TraceHelp.Header + Line(0, 100, "start", 1) + Line(1, 200, "end", 1) + Line(1, 300, "start", 2) + Line(1, 400, "end", 2) + Line(0, 500, "start", 3));
        foreach ((string parameters, string starts, int unmatched) in ((string, string, int)[])
            [
                ("", "100000 300000", 1), ("-Cpu 0", "100000", 1), ("-Cpu 1", "300000", 0), ("-After 150us", "300000", 1), ("-Before 300us", "100000", 0),
                ("-After 150us -Before 400us", "300000", 0), ("-After 200us -Before 250us", "", 0), ("-MinimumDuration 100us", "100000 300000", 0),
            ])
        {
            ModuleResult result = _host.Run($"Import-RmapTrace '{path}' -AsWalk {parameters}");
            Assert.Equal(starts, string.Join(' ', result.All<RmapWalk>().Select(walk => walk.StartNanoseconds)));
            if (!parameters.Contains("Minimum", StringComparison.Ordinal))
            {
                Assert.Equal(unmatched, _host.Run($"Measure-RmapWalk '{path}' {parameters} -GroupBy None").All<RmapWalkStatistics>().Sum(statistics => statistics.UnmatchedStarts + statistics.UnmatchedEnds));
            }
        }

        static string Line(int cpu, int microseconds, string end, int folio) =>
            $"             a-1       [00{cpu}] .....     0.{microseconds:000000}: rmap_walk_{end}: folio=000000000000000{folio} rwc=00000000e655f818 page_type=anon locked=false\n";
    }

    [Fact]
    public void KSMs_events_are_filtered_too()
    {
        string path = Captures.Data("6.12-native/ksm.dat");
        foreach ((string parameters, string condition) in ((string, string)[])
            [("-Command ksmd -After 43.2s", "$_.Command -eq 'ksmd' -and $_.Time.TotalSeconds -ge 43.2"), ("-ThreadId 347 -Cpu 0", "$_.ThreadId -eq 347"), ("-Before 43.1s", "$_.TimestampNanoseconds -lt 43100000000")])
        {
            IReadOnlyList<KsmEvent> expected = _host.Run($"Import-KsmTrace '{path}' | Where-Object {{ {condition} }}").All<KsmEvent>();
            Assert.NotEmpty(expected);
            Assert.Equal(expected.Select(item => item.TimestampNanoseconds), _host.Run($"Import-KsmTrace '{path}' {parameters}").All<KsmEvent>().Select(item => item.TimestampNanoseconds));
            Assert.Equal(expected.Count, _host.Run($"Measure-KsmScan -Path '{path}' {parameters}").Single<KsmScanStatistics>().Events);
            Assert.Equal(expected.Count, _host.Run($"Import-KsmTrace '{path}' | Measure-KsmScan {parameters}").Single<KsmScanStatistics>().Events);
        }
    }

    [Fact]
    public void Losses_are_told_whatever_is_wanted_and_an_empty_choice_is_no_other_trace()
    {
        string path = Captures.Data("thp-locked/overrun.trace.txt");
        ModuleResult all = _host.Run($"Import-RmapTrace '{path}'"), none = _host.Run($"Import-RmapTrace '{path}' -ThreadId 1");
        Assert.Empty(none.Output);
        Assert.Equal(all.Warnings, none.Warnings);
        Assert.Contains("828", Assert.Single(none.Warnings), StringComparison.Ordinal);
        Assert.Empty(_host.Run($"Import-RmapTrace '{Captures.Data("6.12-native/anon.trace.txt")}' -ThreadId 1 -AsWalk").Warnings);
    }

    [Theory]
    [InlineData("Import-RmapTrace FILE -MinimumDuration 1ms", "-AsWalk")]
    [InlineData("Measure-RmapWalk FILE | Show-RmapHistogram -ThreadId 1", "Measure-RmapWalk")]
    [InlineData("Import-RmapTrace FILE -Command 'a[b'", "`[")]
    public void What_cannot_be_is_refused(string command, string advice)
    {
        System.Management.Automation.ErrorRecord error = _host.Run(command.Replace("FILE", $"'{Captures.Data("6.12-native/anon.trace.txt")}'", StringComparison.Ordinal)).Error(ErrorReason.KnobValueInvalid);
        Assert.Contains(advice, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("1.5")]
    [InlineData("'43.0'")]
    [InlineData("'4e1'")]
    [InlineData("''")]
    [InlineData("([timespan]::MinValue)")]
    [InlineData("([double]1.5)")]
    [InlineData("(Get-Date)")]
    [InlineData("([timespan]::MaxValue)")]
    public void What_is_no_time_is_refused(string time) =>
        Assert.Contains("is no time of a trace", Assert.Single(_host.Run($"Import-RmapTrace '{Captures.Data("6.12-native/anon.trace.txt")}' -After {time}").Errors).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("37.614128s", "37614128000")]
    [InlineData("'37.614128123s'", "37614128123")]
    [InlineData("37614ms", "37614000000")]
    [InlineData("'0:0:37.614128'", "([ulong]37614128000)")]
    public void A_time_is_exact_in_whatever_way_it_is_written(string one, string other)
    {
        string path = Captures.Data("6.12-native/mixed.trace.txt.gz");
        Assert.Equal(_host.Run($"(Import-RmapTrace '{path}' -After {other}).Count").Single<int>(), _host.Run($"(Import-RmapTrace '{path}' -After {one}).Count").Single<int>());
    }

    [Fact]
    public void Every_object_of_a_file_says_which_file()
    {
        string text = Captures.Data("6.12-native/anon.trace.txt"), dat = Captures.Data("6.12-native/anon.dat");
        Assert.Equal([dat, text], _host.Run($"Import-RmapTrace '{text}', '{dat}' | Group-Object Path | Sort-Object Name | ForEach-Object Name").All<string>());
        Assert.Equal([dat, text], _host.Run($"Import-RmapTrace '{text}', '{dat}' -AsWalk | ConvertTo-Json | ConvertFrom-Json | Group-Object Path | Sort-Object Name | ForEach-Object Name").All<string>());
        string clixml = Path.Combine(_folder.Path, "walks.xml");
        Assert.Equal(6, _host.Run($"Import-RmapTrace '{dat}' -AsWalk | Export-Clixml '{clixml}'; (Import-Clixml '{clixml}' | Measure-RmapWalk).Count").Single<long>());
    }

    [Fact]
    public void An_object_that_names_its_file_is_not_the_file()
    {
        string path = Captures.Data("6.12-native/anon.trace.txt");
        Assert.Empty(_host.Run($"Import-RmapTrace '{path}' -AsWalk | Select-Object StartNanoseconds, Path | Measure-RmapWalk").Output);
        Assert.Empty(_host.Run($"Import-RmapTrace '{path}' | Import-RmapTrace").Output);
    }

    private void Same(string one, string other)
    {
        const string Show = " | ForEach-Object { '{0} {1} {2} {3} {4} {5} {6} {7}' -f $_.Kind, $_.TimestampNanoseconds, $_.StartNanoseconds, $_.DurationNanoseconds, $_.Cpu, $_.ThreadId, $_.Command, $_.Folio }";
        Assert.Equal(_host.Run(other + Show).All<string>(), _host.Run(one + Show).All<string>());
    }
}
