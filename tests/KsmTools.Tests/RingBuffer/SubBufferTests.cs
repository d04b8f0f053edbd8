using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tests.RingBuffer;

/// <summary>What the captures do not have: other machines, other sizes, and everything that can be wrong.</summary>
public sealed class SubBufferTests
{
    [Theory]
    [InlineData(false, 8, 4096)]
    [InlineData(true, 8, 4096)]
    [InlineData(false, 4, 4096)]
    [InlineData(true, 4, 4096)]
    [InlineData(false, 8, 65536)]
    [InlineData(true, 8, 65536)]
    [InlineData(true, 8, 1 << 20)]
    [InlineData(false, 8, 128)]
    public void Every_machine_is_read(bool bigEndian, int wordSize, int pageSize)
    {
        var writer = new SubBufferWriter(bigEndian, wordSize, pageSize);
        ulong address = wordSize == 8 ? 0xFFFFEA0000210800 : 0xC0210800;
        foreach (bool relative in (bool[])[false, true])
        {
            byte[] page = writer
                .Event(1000, writer.Record(SubBufferWriter.StartId, 42, address, 7, "file", true, relative))
                .Event(1500, writer.Record(SubBufferWriter.EndId, 42, address, 7, "file", true, relative), longForm: true)
                .Page();
            (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, relative, page);
            Assert.Null(failure);
            Assert.Equal([(TraceRecordKind.Start, 1000L), (TraceRecordKind.End, 1500L)], records.Select(record => (record.Kind, record.Timestamp)));
            Assert.All(records, record =>
            {
                Assert.Equal((42, address, 7UL, RmapPageType.File, true), (record.ThreadId, record.Folio, record.Rwc, record.PageType, record.Locked));
                Assert.Equal("a b-c:[1]", record.Command.ToString(new SymbolTable()));
            });
        }
    }

    [Fact]
    public void Time_is_extended_set_and_carried()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        const ulong Top = 1UL << 60;
        byte[] page = writer
            .Event(5, writer.Start(1))
            .Event(5 + (1UL << 40), writer.End(1))
            .Absolute(1UL << 50)
            .Event((1UL << 50) + 3, writer.Start(2))
            .Page();
        byte[] high = writer.Event(Top, writer.Start(3)).Absolute(Top).Absolute(Top + 77).Event(Top + 78, writer.End(3)).Page();
        byte[] over = writer.Event(Top + (1UL << 59) - 1, writer.Start(4)).Absolute(Top + (1UL << 59) + 9).Event(Top + (1UL << 59) + 10, writer.End(4)).Page();
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, page, high, over);
        Assert.Null(failure);
        Assert.Equal(
            [5, 5 + (1UL << 40), (1UL << 50) + 3, Top, Top + 78, Top + (1UL << 59) - 1, Top + (1UL << 59) + 10],
            records.Select(record => (ulong)record.Timestamp));
    }

    [Fact]
    public void Other_events_padding_and_discarded_events_are_passed_over()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] other = writer.Record(9, 1, 0, 0, "a much longer name than any page type, so that its length does not fit in five bits of words and is stored after the header instead", false);
        byte[] page = writer
            .Event(10, other)
            .Discarded(20, 48)
            .Event(30, writer.Start(1))
            .Discarded(40, 4)
            .Event(50, [9, 0, 0, 0])
            .Event(60, writer.End(1))
            .Rest()
            .Raw(0xFFFFFFFF, 0xFFFFFFFF)
            .Page();
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, page);
        Assert.Null(failure);
        Assert.Equal([30, 60], records.Select(record => record.Timestamp));
    }

    [Theory]
    [InlineData(false, 8)]
    [InlineData(true, 8)]
    [InlineData(true, 4)]
    public void Lost_events_are_marked_with_their_number_if_it_is_known(bool bigEndian, int wordSize)
    {
        var writer = new SubBufferWriter(bigEndian, wordSize, 4096);
        byte[] first = writer.Event(10, writer.Start(1)).Page();
        writer.Flags = 3u << 30;
        writer.Missed = 17;
        byte[] counted = writer.Event(20, writer.Start(2)).Page();
        writer.Flags = 1u << 31;
        byte[] uncounted = writer.Event(30, writer.Start(3)).Page();
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, first, counted, uncounted);
        Assert.Null(failure);
        Assert.Equal(
            [
                (TraceRecordKind.Start, 10, 0, 0), (TraceRecordKind.Lost, 10, 0, 0), (TraceRecordKind.Lost, 20, 17, 17),
                (TraceRecordKind.Start, 20, 0, 0), (TraceRecordKind.Lost, 20, 0, 0), (TraceRecordKind.Lost, 30, 0, 1), (TraceRecordKind.Start, 30, 0, 0),
            ],
            records.Select(record => (record.Kind, record.Timestamp, record.LostCount, record.KnownLost)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Time_goes_on_by_as_much_as_27_bits_hold(bool bigEndian)
    {
        const long Most = (1 << 27) - 1;
        var writer = new SubBufferWriter(bigEndian, 8, 4096);
        byte[] page = writer.Event(10, writer.Start(1)).Event(10 + (ulong)Most, writer.End(1)).Event(11 + (2 * (ulong)Most), writer.Start(2)).Page();
        (List<TraceRecord> records, _) = SyntheticBuffers.Read(writer, page);
        Assert.Equal([10, 10 + Most, 11 + (2 * Most)], records.Select(record => record.Timestamp));
    }

    [Theory]
    [InlineData(8, 12, 17)]
    [InlineData(8, 8, 17)]
    [InlineData(8, 4, 0)]
    [InlineData(8, 0, 0)]
    [InlineData(4, 4, 17)]
    [InlineData(4, 0, 0)]
    public void The_number_of_lost_events_is_there_where_it_has_room(int wordSize, int room, int expected)
    {
        var writer = new SubBufferWriter(false, wordSize, 4096);
        _ = writer.Event(20, writer.Start(2));
        _ = writer.Discarded(30, writer.PageSize - writer.HeaderLength - writer.Length - 4 - room);
        writer.Flags = 3u << 30;
        writer.Missed = room >= wordSize ? 17UL : null;
        byte[] page = writer.Page();
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, page);
        Assert.Null(failure);
        Assert.Equal((TraceRecordKind.Lost, expected), (records[0].Kind, records[0].LostCount));
    }

    // The kernel ends a text with a NUL; a probe's may be longer than what is in it, or just as long.
    [Theory]
    [InlineData("anon", 4, RmapPageType.Anon)]
    [InlineData("anon", 5, RmapPageType.Anon)]
    [InlineData("anon\0more", 9, RmapPageType.Anon)]
    [InlineData("file", 4, RmapPageType.File)]
    [InlineData("file\0\0\0", 8, RmapPageType.File)]
    [InlineData("ksm", 3, RmapPageType.Ksm)]
    [InlineData("ksm", 4, RmapPageType.Ksm)]
    [InlineData("ksm\0\0", 5, RmapPageType.Ksm)]
    [InlineData("ksm\0more", 8, RmapPageType.Ksm)]
    [InlineData("ksmx", 4, null)]
    [InlineData("files", 5, null)]
    [InlineData("anons", 6, null)]
    [InlineData("fil", 4, null)]
    [InlineData("", 1, null)]
    [InlineData("", 0, null)]
    public void A_page_type_ends_with_its_text(string text, uint size, RmapPageType? expected)
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] record = writer.Record(SubBufferWriter.StartId, 42, 1, 2, text, true);
        writer.Put32(record.AsSpan(24), (size << 16) | 32);
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, writer.Event(20, record).Page());
        Assert.Null(failure);
        Assert.Equal(expected, Assert.Single(records).PageType);
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData((ulong)int.MaxValue + 1, 0)]
    [InlineData(ulong.MaxValue, 0)]
    public void A_number_of_lost_events_that_cannot_be_is_none(ulong missed, long expected)
    {
        var writer = new SubBufferWriter(false, 8, 4096) { Flags = 3u << 30, Missed = missed };
        (List<TraceRecord> records, _) = SyntheticBuffers.Read(writer, writer.Event(20, writer.Start(2)).Page());
        Assert.Equal((TraceRecordKind.Lost, expected, Math.Max(1, expected)), (records[0].Kind, records[0].LostCount, records[0].KnownLost));
    }

    // Of an event, and of a mark of what was lost before the first one.
    [Theory]
    [InlineData((1UL << 62) - 1, 0, 1)]
    [InlineData((1UL << 62) - 1, 1u << 31, 2)]
    [InlineData(1UL << 62, 0, 0)]
    [InlineData(1UL << 62, 1u << 31, 0)]
    public void A_time_that_no_clock_reaches_is_corrupt(ulong time, uint flags, int count)
    {
        var writer = new SubBufferWriter(false, 8, 4096) { Flags = flags };
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, writer.Event(time, writer.Start(2)).Page());
        Assert.Equal(count, records.Count);
        Assert.All(records, record => Assert.Equal((long)time, record.Timestamp));
        Assert.Equal(count > 0 ? null : ErrorReason.TraceCorrupt, failure?.Reason);
        Assert.Equal(count == 0, failure?.Message.Contains(Messages.FaultTimeOutOfRange, StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData(40, 0)]
    [InlineData(9, 1)]
    public void A_walk_that_ends_elsewhere_while_its_CPU_loses_events_may_be_two(ulong end, long walks)
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] first = writer.Event(5, writer.Start(1)).Event(10, writer.Start(2, 43)).Page();
        byte[] other = writer.Event(end, writer.End(1)).Page();
        writer.Flags = 3u << 30;
        writer.Missed = 2;
        byte[] second = writer.Event(60, writer.Start(3)).Page();
        (List<TraceRecord> records, _) = SyntheticBuffers.Read(writer, false, [.. first, .. second], other);
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
        measurement.Add(records.ToArray());
        Assert.Equal((walks, 2), Assert.Single(measurement.Statistics()) is var found ? (found.Count, found.LostEvents) : default);
    }

    [Fact]
    public void CPUs_are_merged_in_the_order_of_time()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        var random = new Random(1);
        byte[][] cpus = [.. Enumerable.Range(0, 7).Select(cpu =>
        {
            ulong time = 0;
            var pages = new List<byte>();
            for (int page = 0; page < 40 * (cpu % 3); page++)
            {
                for (int i = 0; i < 60; i++)
                {
                    writer.Event(time += (ulong)random.Next(5), writer.Start((ulong)i, cpu + 1));
                }

                pages.AddRange(writer.Page());
            }

            return pages.ToArray();
        })];
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, false, cpus);
        Assert.Null(failure);
        Assert.Equal(40 * 60 * (0 + 1 + 2 + 0 + 1 + 2 + 0), records.Count);
        Assert.Equal(records.OrderBy(record => record.Timestamp).ThenBy(record => record.Cpu).Select(record => (record.Timestamp, record.Cpu)), records.Select(record => (record.Timestamp, record.Cpu)));
        Assert.All(records, record => Assert.Equal(record.Cpu + 1, record.ThreadId));
    }

    [Fact]
    public void What_points_outside_is_an_error_that_says_where()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] good = writer.Event(1, writer.Start(1)).Page();
        byte[] badString = writer.Record(SubBufferWriter.StartId, 1, 1, 1, "ksm", false);
        writer.Put32(badString.AsSpan(24), (400u << 16) | 32);
        (string Reason, Func<byte[]> Page)[] cases =
        [
            ("more data than fits", () => writer.Event(2, writer.Start(2)).Page(commit: 4090)),
            ("longer than the sub-buffer", () => writer.Event(2, writer.Start(2)).Page(commit: writer.Length - 4)),
            ("longer than the sub-buffer", () => writer.Raw(writer.Split(0, 1), 0xFFFFFFFF).Page()),
            ("longer than the sub-buffer", () => writer.Raw(writer.Split(0, 1), 0x7FFFFFFF).Page()),
            ("longer than the sub-buffer", () => writer.Raw(writer.Split(29, 1), 0xFFFFFFFC).Page()),
            ("longer than the sub-buffer", () => writer.Raw(writer.Split(30, 1)).Page()),
            ("longer than the sub-buffer", () => writer.Raw(writer.Split(1, 1), 0).Page(commit: 6)),
            ("less than the word", () => writer.Raw(writer.Split(0, 1), 3).Page()),
            ("less than the word", () => writer.Raw(writer.Split(29, 1), 0).Page()),
            ("shorter than its format", () => writer.Event(2, writer.Start(2)[..16]).Page()),
            ("points outside the event", () => writer.Event(2, badString).Page()),
            ("no clock reaches", () => writer.Event(1UL << 63, writer.Start(2)).Page()),
        ];
        foreach ((string reason, Func<byte[]> page) in cases)
        {
            (List<TraceRecord> records, KsmToolsException? failure) = SyntheticBuffers.Read(writer, good, page(), good);
            Assert.Equal(1, Assert.Single(records).Timestamp);
            Assert.Equal(ErrorReason.TraceCorrupt, failure?.Reason);
            Assert.Contains(reason, failure!.Message, StringComparison.Ordinal);
            Assert.Contains("cpu0", failure.Message, StringComparison.Ordinal);
            int offset = int.Parse(failure.Message.Split("byte ")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(offset, 4096, 8191);
        }
    }
}
