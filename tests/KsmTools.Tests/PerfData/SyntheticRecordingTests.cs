using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tracing.PerfData;

namespace KsmTools.Tests.PerfData;

/// <summary>Recordings of machines and with options that no capture has.</summary>
public sealed class SyntheticRecordingTests
{
    public static TheoryData<bool, int, string> Kinds()
    {
        var data = new TheoryData<bool, int, string>();
        foreach (bool bigEndian in (bool[])[false, true])
        {
            foreach (string kind in (string[])["file", "pipe", "packed", "packed2", "packed pipe"])
            {
                data.Add(bigEndian, 8, kind);
            }

            data.Add(bigEndian, 4, "file");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_machine_is_read_in_the_order_of_time(bool bigEndian, int wordSize, string kind)
    {
        (List<TraceRecord> records, KsmToolsException? failure) = PerfDataFiles.Read(PerfDataFiles.Write(PerfDataFiles.Small(bigEndian, wordSize), kind));
        Assert.Null(failure);
        PerfDataFiles.AssertSmall(records);
        Assert.All(records, record => Assert.Equal(record.ThreadId - 42, record.Cpu));
    }

    [Theory]
    [InlineData((ulong)(PerfSampleType.Identifier | PerfSampleType.Thread | PerfSampleType.Time | PerfSampleType.Raw), (ulong)PerfReadFormat.None)]
    [InlineData((ulong)(PerfSampleType.Id | PerfSampleType.Thread | PerfSampleType.Time | PerfSampleType.DataAddress | PerfSampleType.StreamId | PerfSampleType.Raw), (ulong)PerfReadFormat.None)]
    [InlineData(0x105EF, (ulong)PerfReadFormat.Id)]
    [InlineData(0x107FF, (ulong)PerfReadFormat.None)]
    [InlineData(0x107FF, (ulong)(PerfReadFormat.TimeEnabled | PerfReadFormat.TimeRunning | PerfReadFormat.Id | PerfReadFormat.Lost))]
    [InlineData(0x107FF, (ulong)(PerfReadFormat.Group | PerfReadFormat.TimeEnabled | PerfReadFormat.Id))]
    [InlineData(0x107FF, (ulong)(PerfReadFormat.Group | PerfReadFormat.Lost))]
    public void Any_parts_of_a_sample_are_passed_over(ulong partBits, ulong formatBits)
    {
        var parts = (PerfSampleType)partBits;
        var format = (PerfReadFormat)formatBits;
        foreach (bool bigEndian in (bool[])[false, true])
        {
            var writer = new PerfDataWriter(new SubBufferWriter(bigEndian, 8, 4096)) { Parts = parts | PerfSampleType.Raw, ReadFormat = format };
            writer.Name(0, 42, "worker").Name(0, 43, "other worker");
            (List<TraceRecord> records, KsmToolsException? failure) = PerfDataFiles.Read(PerfDataFiles.Rounds(writer).File());
            Assert.Null(failure);
            PerfDataFiles.AssertSmall(records);
            Assert.All(records, record => Assert.Equal((parts & PerfSampleType.Cpu) != 0 ? record.ThreadId - 42 : TraceRecord.AnyCpu, record.Cpu));
        }
    }

    [Theory]
    [InlineData(false, PerfSampleType.None)]
    [InlineData(true, PerfSampleType.None)]
    [InlineData(false, PerfSampleType.Id)]
    [InlineData(false, PerfSampleType.Id | PerfSampleType.StreamId)]
    internal void Names_are_those_of_the_time(bool bigEndian, PerfSampleType more)
    {
        var writer = new PerfDataWriter(new SubBufferWriter(bigEndian, 8, 4096));
        writer.Parts |= more;
        writer.Name(0, 10, "before").Name(0, 13, "old");
        writer.Sample(true, 100, 10, 0, 1).Sample(false, 300, 10, 0, 1).Sample(true, 500, 11, 0, 2).Sample(false, 700, 11, 0, 2).Sample(true, 750, 12, 0, 3).Sample(false, 760, 0, 0, 3);
        writer.Sample(true, 770, 13, 0, 4).Sample(false, 790, 13, 0, 4);

        // The other CPU's buffer, which is read after that. A thread whose parent is not known has no name any more: its number was another's.
        writer.Name(200, 10, "between").NewThread(400, 11, 10).Name(600, 11, "a very long name of 16+").NewThread(740, 12, 99).NewThread(780, 13, 99).Round();
        var symbols = new SymbolTable();
        (List<TraceRecord> records, _) = PerfDataFiles.Read(writer.File(), symbols);
        Assert.Equal(
            ["before", "between", "between", "a very long name of 16+", ":12", "swapper", "old", ":13"],
            records.Select(record => record.Command.ToString(symbols)));
    }

    [Fact]
    public void Without_marks_of_rounds_all_is_put_in_order()
    {
        PerfDataWriter writer = New();
        for (ulong i = 0; i < 500; i++)
        {
            writer.Sample(true, 1 + ((i * 7919) % 500), 1, 0, i);
        }

        (List<TraceRecord> records, _) = PerfDataFiles.Read(writer.File());
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), records.Select(record => record.Timestamp));
    }

    [Fact]
    public void Other_events_and_other_records_are_passed_over()
    {
        PerfDataWriter writer = New();
        writer.Attributes.Add((999, [300]));
        writer.Sample(300, 5, 1, 0, new byte[12]);
        writer.Sample(12345, 6, 1, 0, new byte[12]);
        foreach (uint type in (uint[])[1, 4, 5, 6, 8, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 65, 67, 69, 70, 72, 73, 74, 75, 76, 77, 78, 79, 80, 82, 84, 85, 86, 500])
        {
            writer.Add(writer.Record(type, new byte[40]));
        }

        // AUXTRACE and what it says follows it, which looks like anything.
        writer.Add([.. writer.Record(71, [.. writer.U64(300_000), .. new byte[32]]), .. Enumerable.Repeat((byte)0xEE, 300_000)]);
        writer.Sample(true, 100, 1, 0, 7).Round();
        foreach (byte[] file in (byte[][])[writer.File(), writer.Pipe()])
        {
            (List<TraceRecord> records, KsmToolsException? failure) = PerfDataFiles.Read(file);
            Assert.Null(failure);
            Assert.Equal((7UL, 100L), (Assert.Single(records).Folio, records[0].Timestamp));
        }
    }

    [Fact]
    public void Losses_are_counted_once()
    {
        PerfDataWriter writer = New().Sample(true, 100, 1, 0, 7).LostRecords(150, 1, 30).LostRecords(90, 0, 5).Sample(false, 200, 1, 0, 7).Round();

        // perf tells the event and the CPU by the id alone. In all 42 were lost; the other counts are a filter's and another event's.
        writer.ReadFormat = PerfReadFormat.Lost;
        writer.LostSampleCount(0, 8, 100).LostSampleCount(0, 4, 200).LostSampleCount(0, 30, 101).LostSampleCount(0, 1000, 100, misc: 1 << 15);
        writer.Attributes.Add((999, [300]));
        writer.LostSampleCount(0, 1000, 300);
        (List<TraceRecord> all, _) = PerfDataFiles.Read(writer.File());
        TraceRecord[] records = [.. all.Where(record => record.Kind != TraceRecordKind.Lost || record.KnownLost != 0)];
        Assert.Equal([5, 0, 30, 0, 7], records.Select(record => record.LostCount));
        Assert.Equal([0, 0, 1, 0, TraceRecord.AnyCpu], records.Select(record => record.Cpu));
    }

    [Fact]
    public void A_walk_that_ends_elsewhere_while_its_CPU_loses_samples_may_be_two()
    {
        // What CPU 0 lost between 110 and 300 may be this walk's end and another one's start.
        PerfDataWriter writer = New().Sample(true, 100, 1, 0, 7).Sample(true, 110, 2, 0, 8).Sample(false, 120, 2, 1, 8).Sample(false, 200, 1, 1, 7).LostRecords(300, 0, 2).Round();
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
        measurement.Add(PerfDataFiles.Read(writer.File()).Records.ToArray());
        RmapWalkStatistics found = Assert.Single(measurement.Statistics());
        Assert.Equal((0, 2, 2, 2), (found.Count, found.UnmatchedStarts, found.UnmatchedEnds, found.LostEvents));
    }

    [Fact]
    public void A_real_recording_lost_what_perf_counted_of_its_wanted_events()
    {
        using var packed = new System.IO.Compression.GZipStream(File.OpenRead(Captures.Data("losses/perf-lost-on-cpu1.data.gz")), System.IO.Compression.CompressionMode.Decompress);
        using var plain = new MemoryStream();
        packed.CopyTo(plain);
        foreach (byte[] file in (byte[][])[plain.ToArray(), PerfDataFiles.AsPipe(plain.ToArray())])
        {
            var measurement = new RmapWalkMeasurement(RmapGroupBy.PageType, new SymbolTable());
            (List<TraceRecord> records, KsmToolsException? failure) = PerfDataFiles.Read(file);
            Assert.Null(failure);
            measurement.Add(records.ToArray());

            // perf report --stats: 623 LOST_SAMPLES of starts and 626 of ends; the 93 of its dummy event are not ours.
            Assert.All(measurement.Statistics(), group => Assert.Equal((1249, false), (group.LostEvents, group.LostEventsIsLowerBound)));
            Assert.Equal(1663 + 1660, records.Count(record => record.Kind != TraceRecordKind.Lost));
        }
    }

    [Theory]
    [InlineData(true, 12, 12)]
    [InlineData(true, 0, 0)]
    [InlineData(true, 40, 40)]
    [InlineData(true, null, 35)]
    [InlineData(false, null, 35)]
    [InlineData(false, 12, 35)]
    public void What_other_events_lost_is_not_counted(bool isAsked, int? wanted, long expected)
    {
        // Without the format the kernel tells of hardware buffers only, and of tracepoints nobody does: the marks in the data miss what was lost last.
        PerfDataWriter writer = New().Sample(true, 100, 1, 1, 7).LostRecords(150, 1, 30).LostRecords(160, 1, 5).Sample(false, 200, 1, 1, 7).Round();
        writer.Attributes.Add((999, [300]));
        writer.ReadFormat = isAsked ? PerfReadFormat.Lost : 0;
        writer.LostSampleCount(0, 23, 300);
        if (wanted is { } count)
        {
            writer.LostSampleCount(0, (ulong)count, 101);
        }

        foreach (byte[] file in (byte[][])[writer.File(), writer.Pipe()])
        {
            var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
            measurement.Add(PerfDataFiles.Read(file).Records.ToArray());
            RmapWalkStatistics found = Assert.Single(measurement.Statistics());
            Assert.Equal((expected, !isAsked || wanted is null, 0, 1), (found.LostEvents, found.LostEventsIsLowerBound, found.Count, found.UnmatchedStarts));
        }
    }

    [Fact]
    public void Records_without_time_and_CPU_at_their_end_count_at_once()
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096)) { SampleIdAll = false };
        writer.Name(5, 42, "worker").Sample(true, 100, 42, 0, 7).LostRecords(1, 1, 9).Name(50, 42, "later").Round();
        (List<TraceRecord> records, _) = PerfDataFiles.Read(writer.File());
        Assert.Equal([0L, 0L, 9L], records.Select(record => record.LostCount));
        Assert.Equal("later", records[0].Command.ToString(new SymbolTable()));
        Assert.Equal(TraceRecord.AnyCpu, records[1].Cpu);
    }

    [Fact]
    public void A_recording_without_times_says_what_to_type()
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096)) { Parts = PerfSampleType.Identifier | PerfSampleType.Thread | PerfSampleType.Raw };
        writer.Sample(true, 100, 1, 0, 7);
        Assert.All((byte[][])[writer.File(), writer.Pipe()], file =>
        {
            KsmToolsException? failure = PerfDataFiles.ReadAnything(file).Failure;
            Assert.Equal(ErrorReason.TraceFormatNotRecognized, failure?.Reason);
            Assert.Contains("--timestamp", failure!.RecommendedAction, StringComparison.Ordinal);
        });
    }

    private static PerfDataWriter New() => new(new SubBufferWriter(false, 8, 4096));
}
