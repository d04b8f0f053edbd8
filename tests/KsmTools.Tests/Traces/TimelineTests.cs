using System.Management.Automation;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;

namespace KsmTools.Tests.Traces;

/// <summary>Several files of one clock are read as one trace, and no others.</summary>
public sealed class TimelineTests : IDisposable
{
    private const ulong Id = 0x1234_5678_9ABC_DEF0;

    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("'FIRST', 'SECOND'")]
    [InlineData("'SECOND', 'FIRST'")]
    [InlineData("'DIR/*.dat'")]
    public void A_walk_may_begin_in_one_file_and_end_in_another(string paths)
    {
        string first = Write("a.dat", Id, ("start", 1000, 1), ("end", 1100, 1), ("start", 1200, 2));
        string second = Write("b.dat", Id, ("end", 1900, 2), ("start", 2000, 3), ("end", 2005, 3));
        paths = paths.Replace("FIRST", first, StringComparison.Ordinal).Replace("SECOND", second, StringComparison.Ordinal).Replace("DIR", _folder.Path, StringComparison.Ordinal);

        ModuleResult walks = _host.Run($"Import-RmapTrace {paths} -AsWalk");
        Assert.Empty(walks.Warnings);
        Assert.Equal([(1000, 100, first), (1200, 700, first), (2000, 5, second)], walks.All<RmapWalk>().Select(walk => (walk.StartNanoseconds, walk.DurationNanoseconds, walk.Path)));

        ModuleResult events = _host.Run($"Import-RmapTrace {paths}");
        Assert.Equal([1000, 1100, 1200, 1900, 2000, 2005], events.All<RmapEvent>().Select(item => item.TimestampNanoseconds));
        Assert.Equal([first, first, first, second, second, second], events.All<RmapEvent>().Select(item => item.Path));

        RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk {paths}").All<RmapWalkStatistics>());
        Assert.Equal((3, 805, 0, 0), (measured.Count, measured.TotalNanoseconds, measured.UnmatchedStarts, measured.UnmatchedEnds));
        Assert.Contains(_host.Run($"Show-RmapHistogram {paths} -Ascii").All<string>(), line => line.Contains("3 walks", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_overlap_are_merged_by_time()
    {
        // Neither file alone has a walk.
        var random = new Random(3);
        var events = new List<(string Kind, ulong Time, ulong Folio)>();
        for (ulong folio = 1; folio <= 3000; folio++)
        {
            events.Add(("start", folio * 100, folio));
            events.Add(("end", (folio * 100) + 50 + (ulong)random.Next(500), folio));
        }

        events.Sort((one, other) => one.Time.CompareTo(other.Time));
        string[] files = [.. Enumerable.Range(0, 3).Select(part => Write($"{part}.dat", Id, [.. events.Where(item => ((int)item.Folio + (item.Kind == "end" ? 1 : 0)) % 3 == part)]))];
        string paths = string.Join(", ", files.Select(file => $"'{file}'"));

        List<RmapEvent> read = [.. _host.Run($"Import-RmapTrace {paths}").All<RmapEvent>()];
        Assert.Equal(events.Select(item => (long)item.Time), read.Select(item => item.TimestampNanoseconds));
        RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk {paths}").All<RmapWalkStatistics>());
        Assert.Equal((3000, 0, 0), (measured.Count, measured.UnmatchedStarts, measured.UnmatchedEnds));
    }

    [Fact]
    public void An_event_that_is_in_several_files_counts_once()
    {
        // Two walks at a time; the part begins between two events of one time.
        (string, ulong, ulong)[] events = [.. Enumerable.Range(0, 5000).Select(i => (i % 4 < 2 ? "start" : "end", 1000UL + ((ulong)i / 2 * 10), ((ulong)i / 4 * 2) + ((ulong)i % 2)))];
        string whole = Write("a.dat", Id, events);
        string copy = Write("b.dat", Id, events);
        string part = Write("c.dat", Id, events[1001..4000]);
        string other = Write("d.dat", Id, ("start", 100_000, 1), ("end", 100_001, 1));
        ModuleResult result = _host.Run($"Import-RmapTrace '{part}', '{copy}', '{other}', '{whole}'");
        Assert.Equal(events.Length + 2, result.All<RmapEvent>().Count);
        Assert.Equal([.. events.Select(item => (long)item.Item2), 100_000, 100_001], result.All<RmapEvent>().Select(item => item.TimestampNanoseconds));
        Assert.Equal(events.Length + 2999, result.Warnings.Sum(Number));
        Assert.Equal(2501, Assert.Single(_host.Run($"Measure-RmapWalk '{part}', '{copy}', '{other}', '{whole}'").All<RmapWalkStatistics>()).Count);

        static int Number(string warning) => int.Parse(warning[(warning.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(' ')[0].Replace(",", string.Empty, StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(0UL, 0UL, "[local] global", null)]
    [InlineData(Id, Id + 1, "[local] global", null)]
    [InlineData(Id, Id, "local [global]", null)]
    [InlineData(Id, Id, "[local] global", "0x10")]
    public void Files_of_which_one_clock_is_not_certain_stay_apart(ulong firstId, ulong secondId, string clock, string? offset)
    {
        string first = Write("a.dat", firstId, ("start", 1000, 1), ("start", 1200, 2));
        string second = Write("b.dat", secondId, clock, offset, ("end", 1900, 2));
        RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk '{first}', '{second}'").All<RmapWalkStatistics>());
        Assert.Equal((0, 2, 1), (measured.Count, measured.UnmatchedStarts, measured.UnmatchedEnds));
    }

    [Fact]
    public void Text_stays_apart()
    {
        string line = "            cat-42      [000] .....     1.000001: rmap_walk_start: folio=00000000b12a96c1 rwc=00000000a8e7eb9b page_type=ksm locked=false\n";
        string first = _folder.Write("a.txt", line);
        string second = _folder.Write("b.txt", line.Replace("1.000001: rmap_walk_start", "1.000003: rmap_walk_end", StringComparison.Ordinal));
        RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk '{first}', '{second}'").All<RmapWalkStatistics>());
        Assert.Equal((0, 1, 1), (measured.Count, measured.UnmatchedStarts, measured.UnmatchedEnds));
    }

    [Fact]
    public void Files_of_the_pipeline_are_one_timeline_too()
    {
        Write("a.dat", Id, ("start", 1200, 2));
        Write("b.dat", Id, ("end", 1900, 2));
        string other = _folder.Write("c.txt", "# tracer: nop\n");
        foreach (string command in (string[])["Import-RmapTrace -AsWalk", "Measure-RmapWalk", "Show-RmapHistogram -Ascii"])
        {
            ModuleResult result = _host.Run($"Get-ChildItem '{_folder.Path}' -File | {command}");
            Assert.Single(result.Warnings, warning => warning.Contains(other, StringComparison.Ordinal));
            Assert.Contains("700", result.Output.Select(item => item.BaseObject switch
            {
                RmapWalk walk => walk.DurationNanoseconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
                RmapWalkStatistics statistics => statistics.TotalNanoseconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => item.ToString().Contains("700", StringComparison.Ordinal) ? "700" : null,
            }));
        }
    }

    [Fact]
    public void What_was_lost_between_the_files_is_not_paired_across()
    {
        SubBufferWriter machine = new(bigEndian: false, 8, 512);
        string first = Write("a.dat", Id, ("start", 1200, 2));
        machine.Event(1900, machine.End(2)).Flags = 1u << 31;
        machine.Flags |= 1u << 30;
        machine.Missed = 5;
        string second = Write("b.dat", Id, machine, machine.Page());
        ModuleResult result = _host.Run($"Measure-RmapWalk '{first}', '{second}'");
        RmapWalkStatistics measured = Assert.Single(result.All<RmapWalkStatistics>());
        Assert.Equal((0, 1, 1, 5), (measured.Count, measured.UnmatchedStarts, measured.UnmatchedEnds, measured.LostEvents));
        Assert.Contains(second, Assert.Single(result.Warnings, warning => warning.Contains("lost", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_ends_early_is_named_and_the_others_are_read()
    {
        string first = Write("a.dat", Id, ("start", 1200, 2));
        string cut = Write("b.dat", Id, ("start", 1300, 3), ("end", 1400, 3));
        string last = Write("c.dat", Id, ("end", 1900, 2));
        using (FileStream stream = File.OpenWrite(cut))
        {
            stream.SetLength(stream.Length - 500);
        }

        string empty = Write("d.dat", Id);
        ModuleResult result = _host.Run($"Import-RmapTrace '{first}', '{cut}', '{last}', '{empty}' -AsWalk");
        Assert.Contains(700, result.Output.Select(item => ((RmapWalk)item.BaseObject).DurationNanoseconds));
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.StartsWith("TraceTruncated", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("b.dat", error.Exception.Message, StringComparison.Ordinal);
        Assert.Single(result.Warnings, warning => warning.Contains("d.dat", StringComparison.Ordinal));
    }

    [Fact]
    public void A_recording_may_be_in_any_number_of_files()
    {
        const int Files = 400;
        for (int i = 0; i < Files; i++)
        {
            ulong time = (ulong)i * 1000;
            Write($"{i:000}.dat", Id, ("end", time + 1, (ulong)i), ("start", time + 500, (ulong)i + 1));
        }

        // One file is open at a time, besides what the process has.
        ModuleResult result = _host.Run($$"""
            $before = (Get-ChildItem /proc/self/fd).Count
            Import-RmapTrace '{{_folder.Path}}/*.dat' -AsWalk | ForEach-Object { $most = [Math]::Max($most, (Get-ChildItem /proc/self/fd).Count - $before); $_ }
            "most=$most"
            """);
        Assert.Empty(result.Errors);
        List<RmapWalk> walks = [.. result.Output.Select(item => item.BaseObject).OfType<RmapWalk>()];
        Assert.Equal(Files - 1, walks.Count);
        Assert.All(walks, walk => Assert.Equal(501, walk.DurationNanoseconds));
        string most = Assert.Single(result.Output.Select(item => item.BaseObject).OfType<string>());
        Assert.InRange(int.Parse(most["most=".Length..], System.Globalization.CultureInfo.InvariantCulture), 0, 8);
    }

    [Fact]
    public async Task A_pipe_is_not_looked_at_before_it_is_read()
    {
        string first = Write("a.dat", Id, ("start", 1200, 2), ("end", 1300, 2));
        string pipe = Path.Combine(_folder.Path, "pipe");
        _host.Run($"mkfifo '{pipe}'");
        Task writing = Task.Run(() => File.WriteAllText(
            pipe, "            cat-42      [000] .....     1.000001: rmap_walk_start: folio=00000000b12a96c1 rwc=00000000a8e7eb9b page_type=ksm locked=false\n"), TestContext.Current.CancellationToken);
        ModuleResult result = _host.Run($"Import-RmapTrace '{pipe}', '{first}'");
        await writing;
        Assert.Equal([1_000_001_000, 1200, 1300], result.All<RmapEvent>().Select(item => item.TimestampNanoseconds));
    }

    private string Write(string name, ulong id, params (string Kind, ulong Time, ulong Folio)[] events) => Write(name, id, "[local] global", null, events);

    private string Write(string name, ulong id, string clock, string? offset, params (string Kind, ulong Time, ulong Folio)[] events)
    {
        SubBufferWriter machine = new(bigEndian: false, 8, 512);
        var pages = new List<byte>();
        foreach ((string kind, ulong time, ulong folio) in events)
        {
            machine.Event(time, kind == "start" ? machine.Start(folio) : machine.End(folio));
            if (machine.Length > 350)
            {
                pages.AddRange(machine.Page());
            }
        }

        if (machine.Length > 0)
        {
            pages.AddRange(machine.Page());
        }

        return Write(name, id, machine, [.. pages], clock, offset);
    }

    private string Write(string name, ulong id, SubBufferWriter machine, byte[] pages, string clock = "[local] global", string? offset = null)
    {
        var file = new TraceDatWriter(machine, version: 7) { Clock = clock };
        file.Buffers.Add((string.Empty, clock.Contains("[local]", StringComparison.Ordinal) ? "local" : "global", [pages]));
        file.Options.Add((11, file.Number64(id)));
        if (offset is not null)
        {
            file.Options.Add((7, [.. System.Text.Encoding.ASCII.GetBytes(offset), 0]));
        }

        string path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, file.Write());
        return path;
    }
}
