using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.PerfData;

/// <summary>Folders that perf record wrote: parts of several threads (<c>--threads</c>), a copy of the kernel's code (<c>--kcore</c>).</summary>
public sealed class PartsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Recording => Path.Combine(_folder.Path, "perf.data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false, "range")]
    [InlineData(false, true, "list")]
    [InlineData(true, false, "mask")]
    [InlineData(true, true, "range")]
    public void Parts_of_a_CPU_each_are_one_recording(bool bigEndian, bool packed, string shape)
    {
        var writer = new PerfDataWriter(new SubBufferWriter(bigEndian, 8, 4096));
        List<byte[]> first = writer.CpuMap(2, shape).Name(0, 42, "worker").Name(0, 43, "other worker").LostSampleCount(0, 0, 100).Take();
        Write(writer, first, Enumerable.Range(0, 2).Select(cpu => PartOf(writer, packed, cpu)));
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(Recording);
        Assert.Null(failure);
        PerfDataFiles.AssertSmall(records);
    }

    [Theory]
    [InlineData(1, true, 100)]
    [InlineData(1, false, 100)]
    [InlineData(2, true, 100)]
    [InlineData(4, false, 100)]
    [InlineData(2, true, 3000)]
    [InlineData(4, false, 3000)]
    public void Whatever_happens_on_which_CPU_the_order_is_that_of_time(int cpusOfPart, bool saysHowMany, ulong round)
    {
        const int Cpus = 8, Events = 12_000;
        var random = new Random(20);
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        writer.Attributes[0] = (SubBufferWriter.StartId, [.. Enumerable.Range(0, Cpus).Select(cpu => 100UL + (ulong)cpu)]);
        writer.Attributes[1] = (SubBufferWriter.EndId, [.. Enumerable.Range(0, Cpus).Select(cpu => 200UL + (ulong)cpu)]);
        writer.Name(0, 42, "worker");
        if (saysHowMany)
        {
            writer.CpuMap(Cpus);
        }

        List<byte[]> first = writer.Take();

        // One CPU has nearly all events, another has none, and a third has them all at its end.
        List<(ulong Time, int Cpu)> events =
        [
            .. Enumerable.Range(1, Events)
                .Select(i => ((ulong)i, i > Events * 9 / 10 && i % 3 == 0 ? 2 : random.Next(10) == 0 ? random.Next(4, Cpus) : random.Next(30) == 0 ? 1 : 0)),
        ];
        Write(writer, first, Enumerable.Range(0, Cpus / cpusOfPart).Select(Copied));

        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(Recording);
        Assert.Null(failure);
        Assert.Equal(events.Select(one => ((long)one.Time, one.Cpu)), records.Select(record => (record.Timestamp, (int)record.Cpu)));

        // A part's thread copies its CPUs' buffers in turn, each to where it is then.
        List<byte[]> Copied(int part)
        {
            for (ulong from = 0; from <= Events; from += round)
            {
                foreach (int cpu in Enumerable.Range(part * cpusOfPart, cpusOfPart))
                {
                    ulong start = from + ((ulong)cpu * 7), end = start + round;
                    foreach ((ulong time, _) in events.Where(one => one.Cpu == cpu && one.Time >= (from == 0 ? 0 : start) && one.Time < end))
                    {
                        writer.Sample(start: true, time, 42, cpu, time);
                    }
                }
            }

            return writer.Take();
        }
    }

    [Fact]
    public void A_round_of_one_part_says_nothing_of_another()
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        List<byte[]> first = writer.CpuMap(2).Name(0, 42, "worker").Take();
        Write(writer, first, [
            writer.Sample(true, 100, 42, 0, 1).Round().Sample(false, 200, 42, 0, 1).Round().Round().Take(),
            writer.Sample(true, 50, 42, 1, 2).Round().Round().Sample(false, 150, 42, 1, 2).Round().Take(),
        ]);
        Assert.Equal([50, 100, 150, 200], SyntheticFiles.Read(Recording).Records.Select(record => record.Timestamp));
    }

    [Theory]
    [InlineData("range")]
    [InlineData("list")]
    [InlineData("mask")]
    public void Events_come_before_all_is_read(string shape)
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        Write(writer, writer.CpuMap(2, shape).Take(), Enumerable.Range(0, 2).Select(cpu =>
        {
            for (ulong time = 1; time < 100_000; time++)
            {
                writer.Sample(start: true, time, 42, cpu, time);
            }

            return writer.Take();
        }));
        using ITraceReader reader = TraceReaders.OpenWalks(Recording);
        Assert.Equal(Directory.GetFiles(Recording).Sum(file => new FileInfo(file).Length), reader.Length);
        Assert.True(reader.Read(out ReadOnlySpan<TraceRecord> records, TestContext.Current.CancellationToken));
        Assert.False(records.IsEmpty);
        Assert.InRange(reader.Position, 1, reader.Length!.Value / 4);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("damaged")]
    [InlineData("missing")]
    public void What_one_part_has_lost_keeps_nobody_from_the_others(string fault)
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        Write(writer, writer.CpuMap(2).Name(0, 42, "worker").Take(), Enumerable.Range(0, 2).Select(cpu => PartOf(writer, false, cpu)));
        string part = Path.Combine(Recording, "data.0");
        byte[] bytes = File.ReadAllBytes(part);
        if (fault == "missing")
        {
            File.Delete(part);
        }
        else if (fault == "cut")
        {
            File.WriteAllBytes(part, bytes[..^5]);
        }
        else
        {
            // A record of no length.
            bytes[6] = 0;
            File.WriteAllBytes(part, bytes);
        }

        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(Recording);
        Assert.Equal(fault == "damaged" ? ErrorReason.TraceCorrupt : ErrorReason.TraceTruncated, failure?.Reason);
        Assert.Contains(part, failure!.Message, StringComparison.Ordinal);
        Assert.Equal((fault == "cut" ? 11 : 0, 12), (records.Count(record => record.Cpu == 0), records.Count(record => record.Cpu == 1)));
        Assert.Equal(records.OrderBy(record => record.Timestamp), records);
    }

    [Fact]
    public void What_is_no_part_is_passed_over()
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        List<byte[]> first = writer.CpuMap(2).Name(0, 42, "worker").Name(0, 43, "other worker").Take();
        Write(writer, first, [PartOf(writer, false, 0), [], PartOf(writer, false, 1)]);
        File.WriteAllText(Path.Combine(Recording, "data.old"), "of somebody else");
        Directory.CreateDirectory(Path.Combine(Recording, "data.7"));
        Directory.CreateDirectory(Path.Combine(Recording, "kcore_dir"));
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(Recording);
        Assert.Null(failure);
        PerfDataFiles.AssertSmall(records);
    }

    [Fact]
    public void A_folder_of_one_file_is_that_file()
    {
        Directory.CreateDirectory(Recording);
        File.WriteAllBytes(Path.Combine(Recording, "data"), PerfDataFiles.Small(bigEndian: false).File());
        Directory.CreateDirectory(Path.Combine(Recording, "kcore_dir"));
        using ITraceReader reader = TraceReaders.OpenWalks(Recording + "/");
        Assert.Equal(Recording, reader.Path);
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(Recording);
        Assert.Null(failure);
        PerfDataFiles.AssertSmall(records);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("something else")]
    public void A_folder_without_a_recording_is_none(string? data)
    {
        Directory.CreateDirectory(Recording);
        if (data is not null)
        {
            File.WriteAllText(Path.Combine(Recording, "data"), data);
        }

        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => TraceReaders.OpenWalks(Recording));
        Assert.Equal((ErrorReason.TraceFormatNotRecognized, $"{Recording} is a folder, not a trace."), (failure.Reason, failure.Message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_installed_perf_reads_the_same(bool packed)
    {
        PerfProgram.Needs();
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        List<byte[]> first = writer.CpuMap(2).Name(0, 42, "worker").Name(0, 43, "other worker").Take();
        Write(writer, first, Enumerable.Range(0, 2).Select(cpu => PartOf(writer, packed, cpu)));
        (List<RmapEvent> events, _, ITraceReader reader) = Captures.ReadFile(Recording);
        Assert.Null(reader.Failure);
        RecordingTests.AssertSame(TraceHelp.Events(PerfProgram.Script(Recording)), events);
    }

    // The events of one CPU, as PerfDataFiles.Rounds has them of both.
    private static List<byte[]> PartOf(PerfDataWriter writer, bool packed, int cpu)
    {
        PerfDataFiles.Rounds(writer, [cpu]);
        return writer.Take(packed);
    }

    private void Write(PerfDataWriter writer, List<byte[]> first, IEnumerable<List<byte[]>> parts)
    {
        Directory.CreateDirectory(Recording);
        int number = 0;
        foreach (List<byte[]> part in parts)
        {
            File.WriteAllBytes(Path.Combine(Recording, $"data.{number++}"), [.. part.SelectMany(record => record)]);
        }

        writer.IsFolder = true;
        File.WriteAllBytes(Path.Combine(Recording, "data"), writer.File(first));
    }
}
