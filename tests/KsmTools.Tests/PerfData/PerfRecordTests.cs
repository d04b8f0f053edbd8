using System.Buffers.Binary;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.PerfData;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.PerfData;

/// <summary>The records of a recording, one kind at a time: the least that each must hold, and what it says.</summary>
public sealed class PerfRecordTests
{
    private readonly PerfDataWriter _writer = new(new SubBufferWriter(false, 8, 4096));

    // What the record has before the parts that all records have at their end; a header has 8 bytes.
    [Theory]
    [InlineData("name", 16, true)]
    [InlineData("name", 17, false)]
    [InlineData("fork", 31, true)]
    [InlineData("fork", 32, false)]
    [InlineData("lost", 23, true)]
    [InlineData("lost", 24, false)]
    [InlineData("lost samples", 15, true)]
    [InlineData("lost samples", 16, false)]
    public void A_record_that_is_shorter_than_what_it_must_hold_is_corrupt(string kind, int length, bool isTooShort)
    {
        foreach (bool hasTrailer in (bool[])[true, false])
        {
            var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096)) { SampleIdAll = hasTrailer };
            _ = kind switch
            {
                "name" => writer.Name(5, 42, "a name"),
                "fork" => writer.NewThread(5, 42, 43),
                "lost" => writer.LostRecords(5, 0, 7),
                _ => writer.LostSampleCount(0, 7, 100),
            };
            byte[] whole = Assert.Single(writer.Take());

            // The parts at the end: thread, time, CPU and identifier.
            int trailer = hasTrailer ? 32 : 0;
            byte[] record = [.. whole[..length], .. whole[(whole.Length - trailer)..]];
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(6), (ushort)record.Length);
            KsmToolsException? failure = PerfDataFiles.Read(writer.Sample(true, 10, 42, 0, 1).Add(record).File()).Failure;
            Assert.Equal(isTooShort ? ErrorReason.TraceCorrupt : null, failure?.Reason);
            Assert.Equal(isTooShort, failure?.Message.Contains(Messages.ReasonRecordTooShort, StringComparison.Ordinal) ?? false);
        }
    }

    // Of a sample with its identifier, instruction, thread, time, CPU and period: what is there, and what the raw data's length says.
    [Theory]
    [InlineData(15, null, nameof(Messages.ReasonRecordTooShort))]
    [InlineData(16, null, nameof(Messages.ReasonRecordTooShort))]
    [InlineData(59, null, nameof(Messages.ReasonRecordTooShort))]
    [InlineData(60, 1u, nameof(Messages.ReasonRawOutside))]
    [InlineData(60, 0u, nameof(Messages.FaultRecordTooShort))]
    [InlineData(96, 37u, nameof(Messages.ReasonRawOutside))]
    [InlineData(96, 36u, null)]
    public void A_sample_is_as_long_as_its_parts(int length, uint? raw, string? reason)
    {
        const int Identifier = 8, Instruction = 8, Thread = 8, Time = 8, Cpu = 8, Period = 8, Raw = 8 + Identifier + Instruction + Thread + Time + Cpu + Period;
        byte[] record = Assert.Single(_writer.Sample(true, 10, 42, 0, 1).Take())[..length];
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(6), (ushort)length);
        if (raw is { } says)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(Raw), says);
        }

        (List<TraceRecord> records, KsmToolsException? failure) = PerfDataFiles.Read(_writer.Add(record).File());
        Assert.Equal(reason is null ? 1 : 0, records.Count);
        Assert.Equal(reason is null ? null : ErrorReason.TraceCorrupt, failure?.Reason);
        Assert.Contains(reason is null ? string.Empty : Messages.ResourceManager.GetString(reason, null)!, failure?.Message ?? string.Empty, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((1UL << 62) - 1, false)]
    [InlineData(1UL << 62, true)]
    public void A_time_that_no_clock_reaches_is_corrupt(ulong time, bool isCorrupt)
    {
        foreach (PerfDataWriter writer in (PerfDataWriter[])[New().Sample(true, time, 42, 0, 1), New().Name(time, 42, "a"), New().NewThread(time, 42, 43), New().LostRecords(time, 0, 1)])
        {
            KsmToolsException? failure = PerfDataFiles.Read(writer.File()).Failure;
            Assert.Equal(isCorrupt ? ErrorReason.TraceCorrupt : null, failure?.Reason);
            Assert.Equal(isCorrupt, failure?.Message.Contains(Messages.FaultTimeOutOfRange, StringComparison.Ordinal) ?? false);
        }
    }

    [Theory]
    [InlineData(4095, 4095)]
    [InlineData(65_535, 65_535)]
    [InlineData(65_536, TraceRecord.AnyCpu)]
    [InlineData(-1, TraceRecord.AnyCpu)]
    public void A_CPU_that_cannot_be_is_any(int cpu, int expected)
    {
        _writer.Sample(100, 10, 42, cpu, new SubBufferWriter(false, 8, 4096).Record(SubBufferWriter.StartId, 42, 1, 2, "ksm", true)).LostRecords(20, cpu, 3);
        Assert.All(PerfDataFiles.Read(_writer.File()).Records, record => Assert.Equal(expected, record.Cpu));
    }

    // perf's evlist__id2evsel: the only event has every id, and the first one has 0.
    [Theory]
    [InlineData(1, 100, 1, 0)]
    [InlineData(1, 555, 1, 0)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(2, 555, 0, 1)]
    [InlineData(2, 0, 1, 0)]
    [InlineData(2, 200, 0, 0)]
    public void An_id_tells_the_event(int attributes, int id, int starts, long others)
    {
        _writer.Attributes.RemoveRange(attributes, _writer.Attributes.Count - attributes);
        byte[] data = new SubBufferWriter(false, 8, 4096).Record(SubBufferWriter.StartId, 42, 1, 2, "ksm", true);
        (List<TraceRecord> records, IFormatReader reader) = Read(_writer.Sample((ulong)id, 10, 42, 0, data).Sample((ulong)id, 11, 42, 0, data));
        Assert.Equal(2 * starts, records.Count(record => record.Kind == TraceRecordKind.Start));
        Assert.Equal((2 * others, 0, null), (reader.OtherEvents, reader.UnreadableEvents, reader.FirstUnreadableEvent));
    }

    [Fact]
    public void A_sample_without_its_data_is_counted_and_the_first_one_named()
    {
        _writer.Parts &= ~PerfSampleType.Raw;
        (List<TraceRecord> records, IFormatReader reader) = Read(_writer.Sample(false, 10, 42, 0, 1).Sample(true, 11, 42, 0, 1).Sample(true, 12, 42, 0, 1));
        Assert.Empty(records);
        Assert.Equal((3, 0), (reader.UnreadableEvents, reader.OtherEvents));
        Assert.Contains("rmap_walk_end", reader.FirstUnreadableEvent, StringComparison.Ordinal);
    }

    // The event has the machine's number, perf that of its namespace, as names do.
    [Theory]
    [InlineData(PerfSampleType.None, 99)]
    [InlineData(PerfSampleType.Thread, 42)]
    internal void A_thread_has_the_number_that_perf_knows(PerfSampleType thread, int expected)
    {
        _writer.Parts = (_writer.Parts & ~PerfSampleType.Thread) | thread;
        _writer.Sample(100, 10, 42, 0, new SubBufferWriter(false, 8, 4096).Record(SubBufferWriter.StartId, 99, 1, 2, "ksm", true));
        Assert.Equal(expected, Assert.Single(PerfDataFiles.Read(_writer.File()).Records).ThreadId);
    }

    [Fact]
    public void A_new_thread_without_a_time_has_its_parents_name_at_once()
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096)) { SampleIdAll = false };
        writer.Name(0, 42, "parent").NewThread(0, 43, 42).Sample(true, 10, 43, 0, 1);
        Assert.Equal("parent", Assert.Single(PerfDataFiles.Read(writer.File()).Records).Command.ToString(new SymbolTable()));
    }

    [Fact]
    public void What_a_CPU_lost_is_bounded_by_what_is_known_of_it()
    {
        // Its last sample, and what it had lost before; what another CPU did is of no account.
        _writer.Sample(true, 100, 42, 1, 1).Sample(true, 120, 43, 0, 1).LostRecords(150, 1, 30).LostRecords(160, 1, 5).LostRecords(170, 0, 2);
        Assert.Equal(
            [(100, 1), (120, 0), (150, 1), (150, 1), (160, 1), (170, 0)],
            PerfDataFiles.Read(_writer.File()).Records.Where(record => record.Kind == TraceRecordKind.Lost).Select(record => ((int)record.Timestamp, record.Cpu)).Order());
    }

    // Bits 4 and 6 of the header: a number of bytes, and that many, the text and NULs.
    [Theory]
    [InlineData("6.18.0\0\0", "aarch64\0", "6.18.0", "aarch64")]
    [InlineData("6.18.0", null, "6.18.0", null)]
    [InlineData(null, "x", null, "x")]
    [InlineData("\0", "", null, null)]
    public void The_kernel_and_the_machine_are_those_of_the_header(string? release, string? architecture, string? kernel, string? machine)
    {
        foreach ((int bit, string? text) in ((int, string?)[])[(4, release), (5, "a version"), (6, architecture), (7, "12")])
        {
            if (text is not null)
            {
                _writer.Features[bit] = [.. _writer.U32((uint)text.Length), .. System.Text.Encoding.UTF8.GetBytes(text)];
            }
        }

        (List<TraceRecord> records, IFormatReader reader) = Read(_writer.Sample(true, 10, 42, 0, 1));
        Assert.Single(records);
        Assert.Equal((kernel, machine), (reader.Kernel, reader.Machine));
    }

    [Fact]
    public void A_long_text_of_the_header_is_cut()
    {
        _writer.Features[4] = [.. _writer.U32(1000), .. Enumerable.Repeat((byte)'k', 1000)];
        Assert.Equal(new string('k', 252), Read(_writer.Sample(true, 10, 42, 0, 1)).Reader.Kernel);
    }

    private static PerfDataWriter New() => new(new SubBufferWriter(false, 8, 4096));

    private static (List<TraceRecord> Records, IFormatReader Reader) Read(PerfDataWriter writer)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        File.WriteAllBytes(path, writer.File());
        var records = new List<TraceRecord>();
        using IFormatReader reader = TraceReaders.Open(path, WalkReader.Wanted, TraceFormat.Auto, new SymbolTable());
        while (reader.Read(out ReadOnlySpan<TraceRecord> next, CancellationToken.None))
        {
            records.AddRange(next);
        }

        return (records, reader);
    }
}
