using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceDat;

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
        ModuleResult paired = _host.Run($"Import-RmapTrace {paths} | ConvertTo-RmapWalk");
        Assert.Empty(paired.Warnings);
        Assert.Equal([(1000, 100, first), (1200, 700, first), (2000, 5, second)], paired.All<RmapWalk>().Select(walk => (walk.StartNanoseconds, walk.DurationNanoseconds, walk.Path)));

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
    public void A_copy_is_a_trace_of_its_own()
    {
        string first = Write("a.dat", Id, ("start", 1000, 1), ("end", 1100, 1), ("start", 1200, 2));
        string second = Write("b.dat", Id, ("end", 1900, 2), ("start", 2000, 3), ("end", 2005, 3));
        File.Copy(first, first + ".copy");
        File.Copy(second, second + ".copy");
        RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk '{second}', '{first}', '{first}.copy', '{second}.copy'").All<RmapWalkStatistics>());
        Assert.Equal((6, 1610, 0, 0), (measured.Count, measured.TotalNanoseconds, measured.UnmatchedStarts, measured.UnmatchedEnds));
        Assert.Equal(
            [1000, 1100, 1200, 1900, 2000, 2005, 1000, 1100, 1200, 1900, 2000, 2005],
            _host.Run($"Import-RmapTrace '{second}', '{first}', '{first}.copy', '{second}.copy'").All<RmapEvent>().Select(item => item.TimestampNanoseconds));
    }

    [Theory]
    [InlineData(1020)]
    [InlineData(1021)]
    [InlineData(1022)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    public void A_loss_is_right_before_the_event_that_it_was_before(int events)
    {
        // Wherever a batch ends: the first file's last walk began before the loss in the other one.
        SubBufferWriter machine = new(bigEndian: false, 8, 4096);
        var pages = new List<byte>();
        for (int i = 0; i < events; i++)
        {
            machine.Event(10 + (ulong)i, i % 2 == 0 ? machine.Start(1) : machine.End(1));
            if (machine.Length > 3900)
            {
                pages.AddRange(machine.Page());
            }
        }

        pages.AddRange(machine.Page());
        machine.Event(100_000, machine.End(7)).Event(100_001, machine.Start(8)).Event(100_002, machine.End(8)).Flags = 3u << 30;
        machine.Missed = 5;
        pages.AddRange(machine.Page());
        string lossy = Write("a.dat", Id, machine, [.. pages]);
        string other = Write("b.dat", Id, ("start", 50_000, 7), ("start", 50_001, 9), ("end", 50_002, 9));
        foreach (string paths in (string[])[$"'{lossy}', '{other}'", $"'{other}', '{lossy}'"])
        {
            RmapEvent after = Assert.Single(_host.Run($"Import-RmapTrace {paths}").All<RmapEvent>(), item => item.LostEventsBefore > 0);
            Assert.Equal((100_000, 5, lossy), (after.TimestampNanoseconds, after.LostEventsBefore, after.Path));
        }

        RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk '{other}', '{lossy}'").All<RmapWalkStatistics>());
        Assert.Equal((events / 2) + 2, measured.Count);
        Assert.Equal(1 + (events % 2), measured.UnmatchedStarts);
        Assert.Equal(1, measured.UnmatchedEnds);
    }

    [Fact]
    public void Two_sessions_are_in_one_order_and_pair_each_for_itself()
    {
        // Both record the same walk, a little apart.
        string first = Write("a.dat", Id, ("start", 1000, 1), ("end", 5000, 1));
        string second = Write("b.dat", Id + 1, ("start", 1250, 1), ("end", 5250, 1));
        ModuleResult walks = _host.Run($"Import-RmapTrace '{first}', '{second}' -AsWalk");
        Assert.Empty(walks.Warnings);
        Assert.Equal([(1000, 4000, first), (1250, 4000, second)], walks.All<RmapWalk>().Select(walk => (walk.StartNanoseconds, walk.DurationNanoseconds, walk.Path)));
        foreach (string through in (string[])["", "ConvertTo-Json | ConvertFrom-Json | "])
        {
            IEnumerable<RmapWalk> paired = _host.Run($"Import-RmapTrace '{first}', '{second}' | {through}ConvertTo-RmapWalk").All<RmapWalk>();
            Assert.Equal([(1000, 4000, first), (1250, 4000, second)], paired.Select(walk => (walk.StartNanoseconds, walk.DurationNanoseconds, walk.Path)));
        }

        Assert.Equal([1000, 1250, 5000, 5250], _host.Run($"Import-RmapTrace '{second}', '{first}'").All<RmapEvent>().Select(item => item.TimestampNanoseconds));
    }

    [Fact]
    public void What_a_file_in_the_middle_lost_nobody_has()
    {
        SubBufferWriter machine = new(bigEndian: false, 8, 512);
        machine.Event(2000, machine.Start(9, 43)).Event(2100, machine.End(9, 43)).Flags = 3u << 30;
        machine.Missed = 5;
        string middle = Write("a.dat", Id, machine, machine.Page());
        string first = Write("b.dat", Id, ("start", 1000, 1));
        string last = Write("c.dat", Id, ("end", 3000, 1));
        RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk '{middle}', '{first}', '{last}'").All<RmapWalkStatistics>());
        Assert.Equal((1, 1, 1, 5), (measured.Count, measured.UnmatchedStarts, measured.UnmatchedEnds, measured.LostEvents));
    }

    [Fact]
    public void What_one_session_lost_another_has()
    {
        string whole = Write("a.dat", Id + 1, ("start", 100, 1), ("end", 300, 1));
        SubBufferWriter machine = new(bigEndian: false, 8, 512);
        byte[] first = machine.Event(150, machine.Start(9, 43)).Event(160, machine.End(9, 43)).Page();
        machine.Event(200, machine.Start(10, 43)).Event(210, machine.End(10, 43)).Flags = 3u << 30;
        machine.Missed = 5;
        string lossy = Write("b.dat", Id, machine, [.. first, .. machine.Page()]);
        foreach (string paths in (string[])[$"'{whole}', '{lossy}'", $"'{lossy}', '{whole}'"])
        {
            RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk {paths}").All<RmapWalkStatistics>());
            Assert.Equal((3, 0, 0, 5), (measured.Count, measured.UnmatchedStarts, measured.UnmatchedEnds, measured.LostEvents));
        }
    }

    [Fact]
    public void Of_one_time_the_file_that_began_first_comes_first()
    {
        string first = Write("a.dat", Id, ("start", 900, 1), ("end", 950, 1), ("start", 1000, 2));
        string second = Write("b.dat", Id, ("end", 1000, 2), ("start", 1100, 3), ("end", 1200, 3));
        foreach (string paths in (string[])[$"'{first}', '{second}'", $"'{second}', '{first}'"])
        {
            RmapWalkStatistics measured = Assert.Single(_host.Run($"Measure-RmapWalk {paths}").All<RmapWalkStatistics>());
            Assert.Equal((3, 0, 0), (measured.Count, measured.UnmatchedStarts, measured.UnmatchedEnds));
        }
    }

    [Fact]
    public void Files_of_which_none_can_be_opened_measure_nothing()
    {
        // The writer's format of KSM's events makes no sense.
        string first = Write("a.dat", Id, ("start", 900, 1));
        string second = Write("b.dat", Id, ("end", 1000, 2));
        ModuleResult result = _host.Run($"Measure-KsmScan -Path '{first}', '{second}'");
        Assert.Equal(2, result.Errors.Count);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_clock_that_counts_no_nanoseconds_is_said_of_each_file()
    {
        string[] files = [.. ((string[])["a.dat", "b.dat"]).Select((name, i) =>
        {
            SubBufferWriter machine = new(bigEndian: false, 8, 512);
            ulong time = ((ulong)i * 10) + 1;
            return Write(name, Id, machine, machine.Event(time, machine.Start(1)).Event(time + 1, machine.End(1)).Page(), "local [counter]");
        })];
        ModuleResult result = _host.Run($"Import-RmapTrace '{files[0]}', '{files[1]}'");
        Assert.Equal(files, result.Warnings.Select(warning => warning[..warning.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Stopping_closes_what_was_looked_at()
    {
        // Nothing of the thread is in the first file, so that the look goes through all of it.
        var events = new List<(string, ulong, ulong)>();
        for (ulong i = 0; i < 400_000; i++)
        {
            events.Add((i % 2 == 0 ? "start" : "end", i, i / 2));
        }

        string large = Write("a.dat", Id, [.. events]);
        string small = Write("b.dat", Id, ("start", 1, 1));
        for (int run = 0; run < 4; run++)
        {
            IAsyncResult running = _host.Start($"Import-RmapTrace '{large}', '{small}' -ThreadId 999", out System.Management.Automation.PowerShell shell);
            Wait.Until(() => running.IsCompleted || Handles(large) > 0, "the file is not opened");
            await shell.StopAsync(null, null);
            Wait.Until(() => Handles(large) == 0, "the file stays open");
            shell.Dispose();
        }

        static int Handles(string path) => Directory.GetFiles("/proc/self/fd").Count(link => Target(link) == path);

        // Others open and close files, too.
        static string? Target(string link)
        {
            try
            {
                return File.ResolveLinkTarget(link, false)?.FullName;
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }
    }

    [Theory]
    [InlineData(0UL, 0UL, "[local] global", null)]
    [InlineData(Id, Id + 1, "[local] global", null)]
    [InlineData(Id, Id + (1UL << 32), "[local] global", null)]
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
            $before = [IO.Directory]::GetFileSystemEntries('/proc/self/fd').Length
            Import-RmapTrace '{{_folder.Path}}/*.dat' -AsWalk | ForEach-Object { $most = [Math]::Max($most, [IO.Directory]::GetFileSystemEntries('/proc/self/fd').Length - $before); $_ }
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
    public void A_file_that_is_over_is_forgotten_and_an_event_allocates_nothing()
    {
        // What a file costs, its buffers, is the same for both.
        const int Files = 16, Few = 20_000, Many = 60_000;
        long few = Allocated("few", Files, Few), many = Allocated("many", Files, Many);
        Assert.InRange((many - few) / (double)(Files * (Many - Few)), -8, 4);
    }

    [Fact]
    public void An_id_tells_the_boot_the_clock_and_the_session()
    {
        ulong id = TraceDatId.Of("boot", "local", "a 1");
        Assert.Equal(id, TraceDatId.Of("boot", "local", "a 1"));
        Assert.Equal(id >> 32, TraceDatId.Of("boot", "local", "a 2") >> 32);
        Assert.Equal(5, new[] { id, TraceDatId.Of("boot", "local", "a 2"), TraceDatId.Of("boot", "mono", "a 1"), TraceDatId.Of("other", "local", "a 1"), TraceDatId.Of(null, "local", "a 1") }.Distinct().Count());
        Assert.Equal(4, new[] { id, TraceDatId.Of("boot", "mono", "a 1"), TraceDatId.Of("other", "local", "a 1"), TraceDatId.Of(null, "local", "a 1") }.Select(each => each >> 32).Distinct().Count());
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

    // Reads files of which two at a time are in turns, event by event.
    private long Allocated(string name, int files, int each)
    {
        for (int i = 0; i < files; i++)
        {
            ulong begin = ((ulong)i / 2 * (ulong)each * 2) + ((ulong)i % 2);
            Write($"{name}{i:00}.dat", Id, [.. Enumerable.Range(0, each).Select(number => (number % 2 == 0 ? "start" : "end", begin + ((ulong)number * 2), ((ulong)i << 32) + ((ulong)number / 2)))]);
        }

        var timelines = new TraceTimelines(TraceFormat.Auto, (path, table) => TraceReaders.OpenWalks(path, TraceFormat.Auto, table));
        using ITraceReader reader = Assert.Single(timelines.Of(Directory.GetFiles(_folder.Path, name + "*"), CancellationToken.None)).Open();
        Assert.True(reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None));
        int count = records.Length;
        long held = GC.GetTotalMemory(forceFullCollection: true);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long last = 0;
        bool isOrdered = true;
        while (reader.Read(out records, CancellationToken.None))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                isOrdered &= record.Timestamp >= last;
                last = record.Timestamp;
            }

            count += records.Length;
        }

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Assert.Equal((files * each, true), (count, isOrdered));
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - held) >> 20, -100, 4);
        GC.KeepAlive(reader);
        return allocated;
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
        file.Buffers.Add((string.Empty, clock[(clock.IndexOf('[', StringComparison.Ordinal) + 1)..clock.IndexOf(']', StringComparison.Ordinal)], [pages]));
        file.Options.Add((9, "KsmTools 0.0.0\0"u8.ToArray()));
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
