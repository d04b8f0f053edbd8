using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tests.Traces;

public sealed class TraceCmdletTests : IDisposable
{
    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    private static string Ksm => Checkout.Data("captures/6.12-native/ksm.trace.txt");

    private static string Mixed => Checkout.Data("captures/6.12-native/mixed.trace.txt.gz");

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Events_become_walks_in_a_pipeline()
    {
        IReadOnlyList<RmapWalk> walks = _host.Run($"Import-RmapTrace '{Ksm}' | ConvertTo-RmapWalk").All<RmapWalk>();
        Assert.Equal(6, walks.Count);
        Assert.Equal(1_720_814_000, walks.Max(walk => walk.DurationNanoseconds));
        Assert.Equal(1_720_814.0, walks.Max(walk => walk.DurationMicroseconds));
    }

    [Theory]
    [InlineData("Import-RmapTrace")]
    [InlineData("Import-RmapTrace -AsWalk")]
    [InlineData("Measure-RmapWalk")]
    [InlineData("Import-KsmTrace")]
    [InlineData("Measure-KsmScan")]
    public void A_trace_of_other_events_is_said_to_be_one(string command)
    {
        string path = _folder.Write("other.txt", "# tracer: nop\n#\n          dotnet-100     [000] .....     1.000001: sched_wakeup: comm=x pid=1\n");
        ModuleResult result = _host.Run($"{command} -Path '{path}'");
        Assert.DoesNotContain(result.Output, item => item.BaseObject is not KsmScanStatistics { Events: 0 });
        Assert.Empty(result.Errors);
        string warning = Assert.Single(result.Warnings);
        Assert.Contains("other.txt", warning, StringComparison.Ordinal);
        Assert.Contains("1 other events", warning, StringComparison.Ordinal);
        Assert.Empty(_host.Run($"{command} -Path '{Captures.Data(command.Contains("Rmap", StringComparison.Ordinal) ? "6.12-native/ksm.trace.txt" : "6.12-native/ksm_events.trace.txt.gz")}'").Warnings);
    }

    [Fact]
    public void Walks_of_migrations_are_read_where_there_are_no_others()
    {
        const string Context = "          dotnet-100     [000] .....     1.00000";
        string path = _folder.Write("migration.txt", $"""
            # tracer: nop
            {Context}1: set_migration_pte: addr=7fa1, pte=f7ffe7ffd8ca6000 order=0
            {Context}4: set_migration_pte: addr=7fa2, pte=f7ffe7ffd8ca6000 order=0
            {Context}5: remove_migration_pte: addr=7fa1, pte=800000023b400047 order=0

            """);
        ModuleResult imported = _host.Run($"Import-RmapTrace '{path}' -AsWalk");
        Assert.Contains("made of the page-table entries", Assert.Single(imported.Warnings), StringComparison.Ordinal);
        IReadOnlyList<RmapWalk> walks = imported.All<RmapWalk>();
        Assert.Equal([("try_to_migrate", 3000L), ("remove_migration_ptes", 0L)], walks.Select(walk => (walk.Caller!, walk.DurationNanoseconds)));
        Assert.All(walks, walk => Assert.True(walk.Approximate));
        Assert.Equal(2, _host.Run($"Measure-RmapWalk '{path}'").Single<RmapWalkStatistics>().Count);
        Assert.Equal(4, _host.Run($"Import-RmapTrace '{path}'").All<RmapEvent>().Count);

        // The walk that began before the trace is a part of one that ends in it, and what the kernel says itself is what counts.
        string both = _folder.Write("both.txt", $"""
            # tracer: nop
            {Context}1: set_migration_pte: addr=7fa1, pte=f7ffe7ffd8ca6000 order=0
            {Context}2: rmap_walk_end: folio=00000000a9373135 rwc=00000000e655f818 page_type=anon locked=false
            {Context}3: rmap_walk_start: folio=00000000a9373135 rwc=00000000e655f818 page_type=anon locked=false
            {Context}4: set_migration_pte: addr=7fa1, pte=f7ffe7ffd8ca6000 order=0
            {Context}7: rmap_walk_end: folio=00000000a9373135 rwc=00000000e655f818 page_type=anon locked=false

            """);
        // However far behind: what is read at once is of no account.
        string gap = string.Concat(Enumerable.Repeat($"{Context}8: sched_wakeup: comm=x pid=1\n", 8000));
        string late = _folder.Write("late.txt", File.ReadAllText(both) + gap + $"{Context}9: set_migration_pte: addr=7fa1, pte=f7ffe7ffd8ca6000 order=0\n");
        Assert.False(_host.Run($"Import-RmapTrace '{late}' -AsWalk").Single<RmapWalk>().Approximate);
        RmapWalk only = _host.Run($"Import-RmapTrace '{both}' -AsWalk").Single<RmapWalk>();
        Assert.Equal((false, 4000L), (only.Approximate, only.DurationNanoseconds));
    }

    [Fact]
    public void Every_way_to_measure_gives_the_same()
    {
        string[] ways =
        [
            $"Measure-RmapWalk -Path '{Mixed}'",
            $"Measure-RmapWalk -LiteralPath '{Mixed}'",
            $"[System.IO.FileInfo]'{Mixed}' | Measure-RmapWalk",
            $"Import-RmapTrace '{Mixed}' | ConvertTo-RmapWalk | Measure-RmapWalk",
            $"Import-RmapTrace '{Mixed}' -AsWalk | Measure-RmapWalk",
            $"[System.IO.FileInfo]'{Mixed}' | Import-RmapTrace | Measure-RmapWalk",
            $"'{Mixed}' | Import-RmapTrace -Format Text | Measure-RmapWalk -GroupBy PageType",
        ];
        foreach (string way in ways)
        {
            IReadOnlyList<RmapWalkStatistics> all = _host.Run(way).All<RmapWalkStatistics>();
            Assert.Equal([(RmapPageType.Ksm, 8L, 114_312_000L), (RmapPageType.Anon, 4800L, 8_593_000L), (RmapPageType.File, 3600L, 12_069_000L)],
                all.Select(item => (item.PageType!.Value, item.Count, item.MaximumNanoseconds!.Value)));
        }
    }

    [Fact]
    public void Objects_that_were_stored_are_taken_again()
    {
        foreach (Func<PSObject, object> store in (Func<PSObject, object>[])[Remoted, AsText])
        {
            object[] events = [.. _host.Run($"Import-RmapTrace '{Ksm}'").Output.Select(store)];
            object[] walks = [.. _host.Run($"Import-RmapTrace '{Ksm}' -AsWalk").Output.Select(store)];
            foreach ((string script, object[] input) in ((string, object[])[])[("$input | ConvertTo-RmapWalk | Measure-RmapWalk", events), ("$input | Measure-RmapWalk", events), ("$input | Measure-RmapWalk", walks)])
            {
                RmapWalkStatistics found = _host.Run(script, input).Single<RmapWalkStatistics>();
                Assert.Equal((6L, 1_720_814_000L, RmapPageType.Ksm), (found.Count, found.MaximumNanoseconds!.Value, found.PageType!.Value));
            }
        }
    }

    private static object Remoted(PSObject item) => PSSerializer.Deserialize(PSSerializer.Serialize(item));

    // As a CSV file gives it back: every property a string, and null an empty one.
    private static PSObject AsText(PSObject item)
    {
        var text = new PSObject();
        foreach (PSPropertyInfo property in item.Properties)
        {
            text.Properties.Add(new PSNoteProperty(property.Name, property.Value?.ToString() ?? string.Empty));
        }

        return text;
    }

    [Fact]
    public void Statistics_survive_serialisation_with_their_histogram()
    {
        RmapWalkStatistics statistics = _host.Run($"Measure-RmapWalk '{Ksm}'").Single<RmapWalkStatistics>();
        var back = (PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(statistics, 2));
        Assert.Equal(6L, back.Properties["Count"].Value);
        var buckets = (System.Collections.IList)((PSObject)back.Properties["Histogram"].Value).BaseObject;
        Assert.Equal(statistics.Histogram.Length, buckets.Count);
        Assert.Equal(statistics.Histogram[0].FromNanoseconds, ((PSObject)buckets[0]!).Properties["FromNanoseconds"].Value);
    }

    [Theory]
    [InlineData("Import-RmapTrace")]
    [InlineData("Measure-RmapWalk")]
    public void What_is_not_there_is_an_error_and_the_rest_goes_on(string command)
    {
        ModuleResult result = _host.Run($"{command} '/nonexistent', '{_folder.Path}/*.none', '{Ksm}', '{_folder.Path}', 'Env:PATH'");
        Assert.Equal(["PathNotFound", "PathNotFound", "PathNotFileSystem", "TraceFormatNotRecognized"], result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void A_literal_path_takes_wildcards_as_characters()
    {
        string path = Path.Combine(_folder.Path, "a[1]*.txt");
        File.Copy(Ksm, path);
        Assert.Equal(12, _host.Run($"Import-RmapTrace -LiteralPath '{path}'").Output.Count);
        Assert.Equal(12, _host.Run($"[System.IO.FileInfo]'{path}' | Import-RmapTrace").Output.Count);
        Assert.Equal("PathNotFound", Assert.Single(_host.Run($"Import-RmapTrace '{path}'").Errors).FullyQualifiedErrorId.Split(',')[0]);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a\0b", "binary")]
    [InlineData("hello\n", "hello")]
    public void What_is_no_trace_is_an_error(string contents, string reason)
    {
        ErrorRecord error = _host.Run($"Measure-RmapWalk '{_folder.Write("x", contents)}'").Error(ErrorReason.TraceFormatNotRecognized);
        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_trace_gives_what_is_whole_and_then_an_error()
    {
        ModuleResult result = _host.Run($"Import-RmapTrace '{_folder.Write("cut", File.ReadAllText(Ksm)[..^200])}'");
        Assert.Equal(11, result.Output.Count);
        result.Error(ErrorReason.TraceTruncated);
    }

    [Fact]
    public void Losses_unmatched_events_and_odd_clocks_are_warned_of()
    {
        string overrun = Checkout.Data("captures/thp-locked/overrun.trace.txt");
        Assert.Contains("828", Assert.Single(_host.Run($"Measure-RmapWalk '{overrun}'").Warnings), StringComparison.Ordinal);
        Assert.Contains("828", Assert.Single(_host.Run($"Import-RmapTrace '{overrun}'").Warnings), StringComparison.Ordinal);
        Assert.Equal(2, _host.Run($"Import-RmapTrace '{overrun}' -AsWalk").Warnings.Count);
        Assert.Contains("1 ends", _host.Run($"Import-RmapTrace '{overrun}' | ConvertTo-RmapWalk").Warnings[^1], StringComparison.Ordinal);
        Assert.Contains("TimeUnit", Assert.Single(_host.Run($"Measure-RmapWalk '{Checkout.Data("captures/variants/clock-x86-tsc.txt")}'").Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_in_the_pipeline_breaks_the_walks_it_would_break_in_the_file()
    {
        const string Line = "         rmaplab-190     [000] .....    20.88121{0}: rmap_walk_{1}: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false\n";
        string Text(int time, string kind) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Line, time, kind);
        string path = _folder.Write("lost", Text(1, "start") + "CPU:0 [LOST 5 EVENTS]\n" + Text(2, "end") + Text(3, "start") + Text(4, "end"));
        RmapWalkStatistics file = _host.Run($"Measure-RmapWalk '{path}'").Single<RmapWalkStatistics>();
        RmapWalkStatistics pipeline = _host.Run($"Import-RmapTrace '{path}' | Measure-RmapWalk").Single<RmapWalkStatistics>();
        Assert.Equal((1, 1L, 1L, 5L), (file.Count, file.UnmatchedStarts!.Value, file.UnmatchedEnds!.Value, file.LostEvents!.Value));
        Assert.Equal((1, 1L, 1L, 5L), (pipeline.Count, pipeline.UnmatchedStarts!.Value, pipeline.UnmatchedEnds!.Value, pipeline.LostEvents!.Value));
    }

    [Fact]
    public void Ctrl_C_ends_a_long_read_at_once()
    {
        string path = Path.Combine(_folder.Path, "large");
        byte[] text = TraceHelp.Unpacked(Checkout.Data("captures/large/large.trace.txt.gz"));
        using (FileStream file = File.Create(path))
        {
            for (int i = 0; i < 10; i++)
            {
                file.Write(text);
            }
        }

        Interruption.EndsAtOnce($"while ($true) {{ $null = Measure-RmapWalk '{path}' }}", Interruption.HasWorked(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_consumer_may_stop_early() => Assert.Equal(2, _host.Run($"$n = 0; foreach ($item in 1) {{ Import-RmapTrace '{Mixed}' | ForEach-Object {{ $_; $n++; if ($n -eq 2) {{ break }} }} }}").Output.Count);
}
