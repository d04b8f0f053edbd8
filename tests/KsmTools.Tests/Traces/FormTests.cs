using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.Traces;

/// <summary>Text as trace-cmd report prints it with its options and of several buffers, as kernels log it, and as editors and pipes leave it.</summary>
public sealed class FormTests
{
    [Theory]
    [InlineData("dmesg-ftrace-dump.txt", "ksmd", 1, 20_000)]
    [InlineData("rmap_walk.trace.txt", "rmap", 4, 1_107_219_981)]
    [InlineData("tabs-in-context.txt", "ksmd", 2, 900_600_000)]
    [InlineData("trace-cmd-report-clock-boot.txt", "rmap-trigger", 2, 1_742_271)]
    [InlineData("trace-cmd-report-files.txt", "rmapprog", 6, 2_506_000)]
    [InlineData("trace-cmd-report-files-l.txt", "rmapprog", 6, 2_506_000)]
    [InlineData("trace-cmd-report-l.txt", "rmaplab", 6, 168_000)]
    [InlineData("trace-cmd-report-raw-ts-l-ts-diff.txt", "rmapprog", 3, 1_211_169)]
    [InlineData("trace-cmd-report-t-l.txt", "rmapprog", 3, 1_211_169)]
    [InlineData("trace-cmd-report-ts-diff.txt", "rmaplab", 6, 168_000)]
    public void Walks_are_all_there(string name, string command, int count, long total)
    {
        IReadOnlyList<RmapWalkStatistics> groups = TraceHelp.Measure(Data(name), RmapGroupBy.Command);
        RmapWalkStatistics statistics = Assert.Single(groups);
        Assert.Equal((command, count, total, 0, 0), (statistics.Command, statistics.Count, statistics.TotalNanoseconds, statistics.UnmatchedStarts, statistics.UnmatchedEnds));
    }

    [Fact]
    public void The_name_of_an_instance_is_not_the_threads()
    {
        (List<TraceRecord> records, _) = TraceHelp.ReadFile(Data("trace-cmd-report-instance.txt"));
        Assert.Equal([".NET Tiered Com", ".NET Tiered Com", "memfd:sealed-91"], records.Select(record => record.Command.ToString(new SymbolTable())));
    }

    [Fact]
    public void What_an_instance_lost_is_told()
    {
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(
            "a.dat: cpus=2\n   in: CPU:1 [17 EVENTS DROPPED]\n        rmapprog-20593 [000] 74043.662175: rmap_walk_end: (a <- b)\n[   11.9] CPU:3 [LOST 4 EVENTS]\n");
        Assert.Equal([(TraceRecordKind.Lost, 17, 1), (TraceRecordKind.End, 0, 0), (TraceRecordKind.Lost, 4, 3)], records.Select(record => (record.Kind, (int)record.LostCount, record.Cpu)));
        Assert.Equal(0, reader.UnreadableEvents);
    }

    [Fact]
    public void Headers_of_several_files_alone_are_a_trace_without_events()
    {
        Assert.Empty(TraceHelp.Read("local.dat: cpus=2\n boot.dat: cpus=2\n").Records);
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, TraceHelp.Fails("local.dat: cpus=two\n").Reason);
    }

    [Theory]
    [InlineData("trace-cmd-report-waits-l.txt")]
    [InlineData("trace-cmd-report-waits-ts-diff.txt")]
    [InlineData("trace-cmd-report-waits-raw-ts-l.txt")]
    public void Waits_and_their_chains_are_the_same(string name)
    {
        var expected = Waits(Data("trace-cmd-report-waits.txt"));
        Assert.InRange(expected.Count, 20, 100);
        Assert.Contains(expected, item => item.Kind == TraceRecordKind.Stack);
        Assert.Equal(expected, Waits(Data(name)));
    }

    [Fact]
    public void A_walk_of_one_event_is_a_start_and_an_end()
    {
        using ITraceReader reader = TraceReaders.OpenWalks(Data("rmap_walk.trace.txt"));
        Assert.True(reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None));
        TraceRecord[] all = records.ToArray();
        Assert.Equal(8, all.Length);
        Assert.Equal(
            [(TraceRecordKind.Start, 163_530_676_000 - 705_119_858, RmapPageType.Ksm, false), (TraceRecordKind.End, 163_530_676_000, RmapPageType.Ksm, false)],
            all[..2].Select(record => (record.Kind, record.Timestamp, record.PageType!.Value, record.Locked!.Value)));
        Assert.Equal((RmapPageType.File, true), (all[7].PageType, all[7].Locked));
        Assert.False(reader.IsApproximate);
    }

    [Theory]
    [InlineData("rmap_walk: folio=0xff rwc=0xea page_type=ksm locked=false duration_ns=42", 0xFFUL, 42)]
    [InlineData("rmap:rmap_walk: page_type=ksm locked=(0) duration_ns=0x2a (42)", null, 42)]
    public void Of_a_walk_of_one_event_all_that_is_there_is_read(string body, ulong? folio, long duration)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("trace.txt", $"         rmaplab-190     [000] .....    20.881212: {body}\n");
        using ITraceReader reader = TraceReaders.OpenWalks(path);
        reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None);
        var objects = new RecordObjects(reader.Symbols);
        RmapEvent start = objects.Event(records[0], default);
        Assert.Equal((folio, RmapPageType.Ksm, false), (start.Folio, start.PageType, start.Locked));
        Assert.Equal(duration, records[1].Timestamp - records[0].Timestamp);
    }

    [Fact]
    public void Of_a_walk_of_one_event_on_a_clock_of_steps_the_start_is_not_made_up()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("trace.txt", "         rmaplab-190     [000] .....    20881212: rmap_walk: page_type=ksm locked=false duration_ns=705\n");
        using ITraceReader reader = TraceReaders.OpenWalks(path);
        reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None);
        TraceRecord end = Assert.Single(records.ToArray());
        Assert.Equal((TraceRecordKind.End, 20_881_212L), (end.Kind, end.Timestamp));
    }

    [Fact]
    public void Where_there_is_no_room_to_unpack_that_is_said()
    {
        using var folder = new TemporaryFolder();
        string packed = Path.Combine(folder.Path, "trace.dat.gz");
        using (var gzip = new System.IO.Compression.GZipStream(File.Create(packed), System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(Captures.Data("trace-dat-versions/anon.v7.none.dat")));
        }

        string? before = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", Path.Combine(folder.Path, "missing"));
        try
        {
            KsmToolsException failure = Assert.Throws<KsmToolsException>(() => TraceReaders.OpenWalks(packed));
            Assert.Equal(ErrorReason.KernelIoError, failure.Reason);
            Assert.Contains("missing", failure.Message, StringComparison.Ordinal);
            Assert.Contains("TMPDIR", failure.RecommendedAction, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }

    [Theory]
    [InlineData("rmap_walk: (rmap_walk+0x0/0x310)", 1, 0)]
    [InlineData("rmap_walk: (rmap_walk+0x0/0x310) folio=0xff rwc=0xea", 1, 0)]
    [InlineData("rmap_walk <-try_to_migrate", 1, 0)]
    [InlineData("rmap_walk: page_type=ksm locked=false", 0, 1)]
    [InlineData("rmap:rmap_walk: folio=0xff rwc=0xea page_type=ksm locked=false", 0, 1)]
    [InlineData("rmap_walk:", 0, 1)]
    [InlineData("rmap_walk: page_type=ksm locked=false duration_ns=-1", 0, 1)]
    [InlineData("rmap_walk: page_type=ksm locked=false duration_ns=", 0, 1)]
    public void Only_an_event_with_a_duration_is_a_walk(string body, int others, int unreadable)
    {
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read($"         rmaplab-190     [000] .....    20.881212: {body}\n");
        Assert.Equal((0, others, unreadable), (records.Count, (int)reader.OtherEvents, (int)reader.UnreadableEvents));
    }

    [Fact]
    public void Bare_numbers_are_steps()
    {
        Assert.Equal(RmapTimeUnit.Ticks, Assert.Single(TraceHelp.Measure(Data("trace-cmd-report-clock-boot.txt"))).TimeUnit);
        Assert.Equal(RmapTimeUnit.Nanoseconds, Assert.Single(TraceHelp.Measure(Data("trace-cmd-report-t-l.txt"))).TimeUnit);
    }

    [Fact]
    public void UTF_16_is_read_with_and_without_a_mark_and_packed_too()
    {
        byte[] bytes = File.ReadAllBytes(Data("utf16.txt"));
        string text = Encoding.Unicode.GetString(bytes.AsSpan(2));
        List<TraceRecord> expected = TraceHelp.Read(text).Records;
        Assert.Equal(4, expected.Count);
        byte[][] forms =
        [
            bytes,
            bytes[2..],
            [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)],
            Encoding.BigEndianUnicode.GetBytes(text),
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text[(text.IndexOf('\n') + 1)..])],
            TraceHelp.Gzip(bytes),
        ];
        Assert.All(forms, form => Assert.Equal(expected, TraceHelp.Read(form, 4096, 7).Records));
    }

    [Fact]
    public void A_long_text_of_UTF_16_is_read()
    {
        string line = "         rmaplab-190     [000] .....    20.881212: rmap_walk_end: (a <- b)\n";
        string text = string.Concat(Enumerable.Repeat(line, 20_000));
        Assert.Equal(20_000, TraceHelp.Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)], helpers: 3).Records.Count);
    }

    [Fact]
    public void A_trace_dat_file_packed_with_gzip_is_read()
    {
        using var folder = new TemporaryFolder();
        string plain = Captures.Data("6.12-native/ksm.dat");
        string packed = Path.Combine(folder.Path, "trace.dat.gz");
        byte[] bytes = TraceHelp.Gzip(File.ReadAllBytes(plain));
        File.WriteAllBytes(packed, bytes);
        Assert.Equal(TraceHelp.Measure(plain).Select(Key), TraceHelp.Measure(packed).Select(Key));

        File.WriteAllBytes(packed, bytes[..^2]);
        using ITraceReader reader = TraceReaders.OpenWalks(packed);
        while (reader.Read(out _, CancellationToken.None))
        {
        }

        Assert.Equal(ErrorReason.TraceTruncated, reader.Failure?.Reason);

        static object Key(RmapWalkStatistics item) => (item.PageType, item.Count, item.TotalNanoseconds);
    }

    [Theory]
    [InlineData("28B52FFD00", "zstd -d PATH")]
    [InlineData("FD377A585A00", "xz -dk PATH")]
    [InlineData("04224D1800", "lz4 -d PATH")]
    [InlineData("425A683931", "bzip2 -dk PATH")]
    [InlineData("504B030414", "unzip PATH")]
    public void Other_packers_are_named_with_what_unpacks_them(string head, string command)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.dat.packed");
        foreach (byte[] bytes in (byte[][])[Convert.FromHexString(head), TraceHelp.Gzip(Convert.FromHexString(head))])
        {
            File.WriteAllBytes(path, bytes);
            KsmToolsException failure = Assert.Throws<KsmToolsException>(() => TraceReaders.OpenWalks(path));
            Assert.Equal(ErrorReason.TraceFormatNotRecognized, failure.Reason);
            Assert.Contains(command, failure.RecommendedAction, StringComparison.Ordinal);
        }
    }

    private static List<(TraceRecordKind Kind, int Thread, int Cpu, string What)> Waits(string path)
    {
        var all = new List<(TraceRecordKind, int, int, string)>();
        using ITraceReader reader = TraceReaders.OpenWaits(path);
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                string what = record.Kind == TraceRecordKind.Stack
                    ? string.Join(' ', reader.Symbols.Stacks.Frames((int)record[0]!.Value).Select(frame => reader.Symbols.Name(frame)))
                    : $"{record[0]:x} {record[1]}";
                all.Add((record.Kind, record.ThreadId, record.Cpu, what));
            }
        }

        Assert.Equal(0, reader.UnreadableEvents);
        return all;
    }

    private static string Data(string name) => Checkout.Data("captures/forms/" + name);
}
