using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.TraceDat;

/// <summary>What no capture has: big-endian and 32-bit machines, zlib, several buffers, options of time, and files that are cut off or lie.</summary>
public sealed class SyntheticFileTests
{
    public static TheoryData<bool, int, int, string> Machines()
    {
        var data = new TheoryData<bool, int, int, string>();
        foreach (bool bigEndian in (bool[])[false, true])
        {
            foreach (int wordSize in (int[])[4, 8])
            {
                data.Add(bigEndian, wordSize, 6, "none");
                data.Add(bigEndian, wordSize, 7, "none");
                data.Add(bigEndian, wordSize, 7, "zlib");
                data.Add(bigEndian, wordSize, 7, "zstd");
            }
        }

        return data;
    }

    [Theory]
    [InlineData(6, 30, 4, 34)]
    [InlineData(7, 30, 4, 34)]

    // Hardly more than the marks say; fewer; no number; those of somebody else who had read before; and none.
    [InlineData(7, 5, 4, 9)]
    [InlineData(7, 2, 4, 7, true)]
    [InlineData(7, long.MaxValue, 4, 7, true)]
    [InlineData(7, 30, 5, 7, true)]
    [InlineData(7, 30, null, 7, true)]
    public void Losses_are_those_that_the_file_has_counted(int version, long overrun, int? read, long expected, bool isLowerBound = false)
    {
        var machine = new SubBufferWriter(false, 8, 512);
        var file = new TraceDatWriter(machine, version);
        byte[] first = machine.Event(10, machine.Start(1)).Event(20, machine.End(1)).Page();
        machine.Flags = 1u << 31;
        byte[] uncounted = machine.Event(30, machine.Start(2)).Page();
        machine.Flags = 3u << 30;
        machine.Missed = 6;
        byte[] counted = machine.Event(40, machine.End(2)).Page();
        file.Buffers.Add((string.Empty, "local", [[.. first, .. uncounted, .. counted]]));
        file.Options.Add((2, Encoding.ASCII.GetBytes($"CPU: 1\nentries: 9\noverrun: 99\nread events: 9\n\0")));
        if (read is { } count)
        {
            file.Options.Add((2, Encoding.ASCII.GetBytes($"CPU: 0\nentries: 0\noverrun: {overrun}\ncommit overrun: 3\ndropped events: 1\nread events: {count}\n\0")));
        }

        file.Options.Add((2, "\nBuffer: other\n\n\0"u8.ToArray()));
        file.Options.Add((2, "CPU: 0\nentries: 0\noverrun: 77\nread events: 4\n\0"u8.ToArray()));
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(file.Write());
        Assert.Null(failure);
        measurement.Add(records.ToArray());
        Assert.Equal((expected, isLowerBound), (measurement.Lost.Events, measurement.Lost.IsLowerBound));
        Assert.Equal((1, 1, 1), Assert.Single(measurement.Statistics()) is var found ? (found.Count, found.UnmatchedStarts, found.UnmatchedEnds) : default);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Every_file_is_read(bool bigEndian, int wordSize, int version, string compression)
    {
        byte[] file = SyntheticFiles.Small(bigEndian, wordSize, version, compression).Write();
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(file);
        Assert.Null(failure);
        Assert.Equal(24, records.Count);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => 1100L + (i / 2 * 100) + (i % 2 * 50)), records.Select(record => record.Timestamp));
        Assert.All(records, record =>
        {
            Assert.Equal(record.Cpu == 0 ? "worker" : "other worker", record.Command.ToString(new SymbolTable()));
            Assert.Equal((42 + record.Cpu, RmapPageType.Ksm, true), (record.ThreadId, record.PageType, record.Locked));
        });
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void A_file_that_is_cut_off_anywhere_gives_what_is_whole(bool bigEndian, int wordSize, int version, string compression)
    {
        byte[] file = SyntheticFiles.Small(bigEndian, wordSize, version, compression, 256).Write();
        (List<TraceRecord> whole, _) = SyntheticFiles.Read(file);
        var all = whole.Select(Key).ToHashSet();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(path, file);
        int most = 0;
        for (int length = file.Length - 1; length >= 10; length--)
        {
            using (FileStream stream = File.OpenWrite(path))
            {
                stream.SetLength(length);
            }

            (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.ReadAnything(path);
            Assert.All(records, record => Assert.Contains(Key(record), all));
            Assert.Equal(records.Count, records.Select(Key).Distinct().Count());
            most = Math.Max(most, records.Count);

            // Zeros at the end of the last sub-buffer may be missing without harm.
            Assert.True(failure?.Reason == ErrorReason.TraceTruncated || (records.Count == 24 && version == 6), $"{length} of {file.Length}: {failure?.Message}");
        }

        Assert.InRange(most, 23, 24);

        static object Key(TraceRecord record) => (record.Kind, record.Timestamp, record.ThreadId, record.Folio);
    }

    [Fact]
    public void A_recording_of_one_CPU_that_was_cut_off_keeps_its_CPU()
    {
        TraceDatWriter writer = SyntheticFiles.Small(false, 8, 7, "zstd");
        writer.Buffers.RemoveAt(1);
        writer.Buffers[0] = (string.Empty, "local", [writer.Buffers[0].Cpus[1]]);
        byte[] file = writer.Write();
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(file[..^60]);
        Assert.Equal(ErrorReason.TraceTruncated, failure?.Reason);
        Assert.Equal(6, records.Count);
        Assert.All(records, record => Assert.Equal(0, record.Cpu));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void A_file_says_of_which_machine_it_is(int version)
    {
        using var folder = new TemporaryFolder();
        TraceDatWriter writer = SyntheticFiles.Small(false, 8, version, "none");
        writer.Options.Add((5, "Linux host 6.12.1-test s390x\0"u8.ToArray()));
        string path = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(path, writer.Write());
        using IFormatReader reader = TraceReaders.Open(path, new WantedEvents(), TraceFormat.Auto, new SymbolTable());
        Assert.Equal(("6.12.1-test", "s390x"), (reader.Kernel, reader.Machine));
    }

    [Fact]
    public void Options_of_time_are_applied_as_trace_cmd_report_does()
    {
        foreach (int version in (int[])[6, 7])
        {
            TraceDatWriter writer = SyntheticFiles.Small(false, 8, version, "none");
            writer.Options.Add((14, [.. writer.Number32(3), .. writer.Number32(1), .. writer.Number64(99)]));
            writer.Options.Add((1, "0x2\0"u8.ToArray()));
            writer.Options.Add((7, "-500\0"u8.ToArray()));
            (List<TraceRecord> records, _) = SyntheticFiles.Read(writer.Write());
            Assert.Equal((1100L * 3 / 2) + 2000 - 500, records[0].Timestamp);
            Assert.Equal(24, records.Count);
        }
    }

    [Fact]
    public void A_guest_gets_the_times_of_its_host()
    {
        TraceDatWriter writer = SyntheticFiles.Small(false, 8, 7, "none");
        writer.Buffers.RemoveAt(1);
        byte[] Samples(params ulong[] values) => [.. writer.Number32((uint)values.Length / 3), .. values.SelectMany(writer.Number64)];
        writer.Options.Add((12,
        [
            .. writer.Number64(1), .. writer.Number32(1), .. writer.Number32(2),
            .. Samples(1000, 2000, 10_000, 20_000, 1, 1),
            .. Samples(0, unchecked((ulong)-7), 1),
            .. writer.Number64(0), .. writer.Number64(0), .. writer.Number64(0),
        ]));
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(writer.Write());
        Assert.Null(failure);
        Assert.Contains(records, record => record.Cpu == 0 && record.Timestamp == 1100 + 11_000);
        Assert.Contains(records, record => record.Cpu == 1 && record.Timestamp == 1400 - 7);
    }

    // Samples at 1000, 1400 and 1700 with offsets 0, 5 and 1: a straight line between them, rounded as trace-cmd does, or steps.
    [Theory]
    [InlineData(1, 1100, 1)]
    [InlineData(1, 1150, 2)]
    [InlineData(1, 1200, 3)]
    [InlineData(1, 1400, 5)]
    [InlineData(1, 1500, 5)]
    [InlineData(1, 1600, 3)]
    [InlineData(0, 1350, 0)]
    [InlineData(0, 1400, 5)]
    [InlineData(0, 1650, 5)]
    public void A_guests_times_are_of_the_samples_around_them(uint flags, long time, long offset)
    {
        TraceDatWriter writer = SyntheticFiles.Small(false, 8, 7, "none");
        writer.Buffers.RemoveAt(1);
        byte[] samples = [.. writer.Number32(3), .. new ulong[] { 1000, 1400, 1700, 0, 5, 1, 1, 1, 1 }.SelectMany(writer.Number64)];
        writer.Options.Add((12, [.. writer.Number64(1), .. writer.Number32(flags), .. writer.Number32(2), .. samples, .. samples, .. new byte[6 * 8]]));
        (List<TraceRecord> plain, _) = SyntheticFiles.Read(SyntheticFiles.Small(false, 8, 7, "none").Write());
        (List<TraceRecord> records, _) = SyntheticFiles.Read(writer.Write());
        Assert.Contains(plain, record => record.Timestamp == time);
        Assert.Contains(records, record => record.Timestamp == time + offset);
    }

    // The sample before a time scales it, by a fraction where the file has them; older files have none.
    [Theory]
    [InlineData(1350, true, (1350 * 3) >> 1)]
    [InlineData(1400, true, ((1400 * 5) >> 2) + 5)]
    [InlineData(1350, false, 1350 * 3)]
    [InlineData(1400, false, (1400 * 5) + 5)]
    public void A_guests_times_are_scaled(long time, bool hasFractions, long expected)
    {
        TraceDatWriter writer = SyntheticFiles.Small(false, 8, 7, "none");
        writer.Buffers.RemoveAt(1);
        byte[] samples = [.. writer.Number32(3), .. new ulong[] { 1000, 1400, 1700, 0, 5, 1, 3, 5, 7 }.SelectMany(writer.Number64)];
        byte[] fractions = hasFractions ? [.. new ulong[] { 1, 2, 3, 1, 2, 3 }.SelectMany(writer.Number64)] : [];
        writer.Options.Add((12, [.. writer.Number64(1), .. writer.Number32(0), .. writer.Number32(2), .. samples, .. samples, .. fractions]));
        (List<TraceRecord> plain, _) = SyntheticFiles.Read(SyntheticFiles.Small(false, 8, 7, "none").Write());
        (List<TraceRecord> records, _) = SyntheticFiles.Read(writer.Write());
        Assert.Contains(plain, record => record.Timestamp == time);
        Assert.Contains(records, record => record.Timestamp == expected);
    }

    [Fact]
    public void A_guests_time_that_is_scaled_beyond_all_is_corrupt()
    {
        TraceDatWriter writer = SyntheticFiles.Small(false, 8, 7, "none");
        byte[] samples = [.. writer.Number32(2), .. new ulong[] { 1000, 1400, 0, 0, ulong.MaxValue, ulong.MaxValue }.SelectMany(writer.Number64)];
        writer.Options.Add((12, [.. writer.Number64(1), .. writer.Number32(0), .. writer.Number32(1), .. samples]));
        Assert.Equal(ErrorReason.TraceCorrupt, SyntheticFiles.Read(writer.Write()).Failure?.Reason);
    }

    [Theory]
    [InlineData("x86-tsc", RmapTimeUnit.Ticks)]
    [InlineData("mono", RmapTimeUnit.Nanoseconds)]
    public void The_clock_tells_what_times_count(string clock, RmapTimeUnit unit)
    {
        foreach (int version in (int[])[6, 7])
        {
            TraceDatWriter writer = SyntheticFiles.Small(false, 8, version, "none");
            writer.Clock = $"local [{clock}] perf";
            writer.Buffers[0] = writer.Buffers[0] with { Clock = clock };
            writer.Buffers.RemoveAt(1);
            (List<TraceRecord> records, _) = SyntheticFiles.Read(writer.Write());
            Assert.All(records, record => Assert.Equal(unit, record.TimeUnit));
        }
    }

    [Theory]
    [InlineData("version", "8", ErrorReason.TraceFormatNotRecognized, "version 8")]
    [InlineData("none", "lzma", ErrorReason.TraceFormatNotRecognized, "lzma")]
    [InlineData("header_page", "header_pige", ErrorReason.TraceCorrupt, "header_page")]
    [InlineData("commit;", "commot;", ErrorReason.TraceCorrupt, "header_page")]
    [InlineData("type == 29", "type == 28", ErrorReason.TraceCorrupt, "header_event")]
    [InlineData("ID: 336", "ID: 3x6", ErrorReason.TraceCorrupt, "rmap_walk_start")]
    [InlineData("ID: 336", "ID: 335", ErrorReason.TraceCorrupt, "rmap_walk_end")]
    public void What_makes_no_sense_says_so(string what, string instead, ErrorReason reason, string message)
    {
        byte[] file = SyntheticFiles.Small(false, 8, 7, "none").Write();
        int at = what == "version" ? 10 : file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(what));
        Encoding.ASCII.GetBytes(instead).CopyTo(file, at);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => SyntheticFiles.Read(file));
        Assert.Equal(reason, failure.Reason);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains("trace.dat", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_head_alone_of_a_real_file_is_cut_off()
    {
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(Captures.Data("variants/head.dat"));
        Assert.Empty(records);
        Assert.Equal(ErrorReason.TraceTruncated, failure?.Reason);
    }

    [Fact]
    public void A_trace_dat_file_named_Text_is_refused()
    {
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => TraceReaders.OpenWalks(Captures.Data("6.12-native/anon.dat"), TraceFormat.Text));
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, failure.Reason);
        Assert.Contains("-Format TraceDat", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_trace_named_TraceDat_is_refused()
    {
        KsmToolsException failure = Assert.Throws<KsmToolsException>(
            () => TraceReaders.OpenWalks(Captures.Data("6.12-native/anon.trace.txt"), TraceFormat.TraceDat));
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, failure.Reason);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void No_damage_makes_anything_but_an_error(bool bigEndian, int wordSize, int version, string compression)
    {
        byte[] file = SyntheticFiles.Small(bigEndian, wordSize, version, compression).Write();
        SyntheticFiles.ReadDamaged(file, "trace.dat", (version * 100) + wordSize, 10);
    }
}
