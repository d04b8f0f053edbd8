using System.Buffers.Binary;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;

namespace KsmTools.Tests.PerfData;

/// <summary>Recordings that are cut off, unfinished or damaged.</summary>
public sealed class DamagedRecordingTests
{
    [Fact]
    public void The_head_alone_of_a_real_file_is_cut_off()
    {
        (List<TraceRecord> records, KsmToolsException? failure) = SyntheticFiles.Read(Captures.Data("variants/head.perf.data"));
        Assert.Empty(records);
        Assert.Equal(ErrorReason.TraceTruncated, failure?.Reason);
    }

    [Fact]
    public void What_perf_record_never_finished_says_so()
    {
        byte[] file = PerfDataFiles.Small(false).File();
        file.AsSpan(48, 8).Clear();
        (List<TraceRecord> records, KsmToolsException? failure) = PerfDataFiles.Read(file);
        Assert.Empty(records);
        Assert.Equal(ErrorReason.TraceTruncated, failure?.Reason);
        Assert.Contains("not finished", failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, 63UL, "header")]
    [InlineData(16, 1UL << 40, "header")]
    [InlineData(32, 1UL << 62, "header")]
    [InlineData(104 + 32 + 4, 5UL, "perf_event_attr")]
    [InlineData(72, 8UL, "formats")]
    public void Numbers_that_cannot_be_are_corrupt(int at, ulong value, string message)
    {
        byte[] file = PerfDataFiles.Small(false).File();
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
        KsmToolsException? failure = PerfDataFiles.ReadAnything(file).Failure;
        Assert.Equal(ErrorReason.TraceCorrupt, failure?.Reason);
        Assert.Contains(message, failure!.Message, StringComparison.Ordinal);
        Assert.Contains("perf.data", failure.Message, StringComparison.Ordinal);
        Assert.Contains("perf script", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_in_the_middle_leaves_what_is_before_it()
    {
        PerfDataWriter writer = PerfDataFiles.Small(false);
        byte[][] records = [.. writer.Records];
        int bad = Array.FindLastIndex(records, record => record[0] == 9);
        foreach ((int at, byte value, string reason) in ((int, byte, string)[])[(6, 4, "length"), (56, 0xFF, "longer"), (57, 0xFF, "longer"), (60 + 26, 0xFF, "page type"), (32 + 7, 0x80, "time")])
        {
            byte[][] damaged = [.. records.Select(record => record.ToArray())];
            damaged[bad][at] = value;
            foreach (byte[] file in (byte[][])[writer.File(damaged), writer.Pipe(damaged)])
            {
                (List<TraceRecord> read, KsmToolsException? failure) = PerfDataFiles.Read(file);
                Assert.Equal((23, ErrorReason.TraceCorrupt), (read.Count, failure?.Reason));
                Assert.Contains(reason, failure!.Message, StringComparison.Ordinal);
                Assert.Contains("its byte ", failure.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(false, 8, "file")]
    [InlineData(true, 4, "pipe")]
    [InlineData(true, 8, "packed2")]
    [InlineData(false, 8, "packed pipe")]
    public void A_recording_that_is_cut_off_anywhere_gives_what_is_whole(bool bigEndian, int wordSize, string kind)
    {
        PerfDataWriter writer = PerfDataFiles.Small(bigEndian, wordSize);
        byte[] file = PerfDataFiles.Write(writer, kind);
        (List<TraceRecord> whole, _) = PerfDataFiles.Read(file);
        var all = whole.Select(Key).ToHashSet();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        File.WriteAllBytes(path, file);
        int last = 24;
        var records = new List<int>();
        for (int length = file.Length - 1; length >= 8; length--)
        {
            using (FileStream stream = File.OpenWrite(path))
            {
                stream.SetLength(length);
            }

            (List<TraceRecord> read, KsmToolsException? failure) = SyntheticFiles.ReadAnything(path);
            Assert.All(read, record => Assert.Contains(Key(record), all));
            Assert.Equal(read.OrderBy(record => record.Timestamp).Select(Key), read.Select(Key));
            Assert.InRange(read.Count, 0, last);
            last = read.Count;
            records.Add(last);
            Assert.True(failure?.Reason == ErrorReason.TraceTruncated || kind.EndsWith("pipe", StringComparison.Ordinal), $"{length} of {file.Length}: {failure?.Message}");
            Assert.True(failure is null || failure.Reason == ErrorReason.TraceTruncated, failure?.Message);
            Assert.True(kind.EndsWith("pipe", StringComparison.Ordinal) || length < 16 || failure!.Message.Contains("no event can be read", StringComparison.Ordinal) == (last == 0), failure?.Message);
        }

        // A pipe's data is there as far as it goes; in a file the formats come last.
        Assert.Equal(kind == "pipe" ? 25 : kind == "packed pipe" ? records.Distinct().Count() : 2, records.Distinct().Count());
        Assert.Equal((24, 0), (records[0], records[^1]));

        static object Key(TraceRecord record) => (record.Kind, record.Timestamp, record.ThreadId, record.Folio, record.Command.ToString(new SymbolTable()));
    }

    [Theory]
    [MemberData(nameof(SyntheticRecordingTests.Kinds), MemberType = typeof(SyntheticRecordingTests))]
    public void No_damage_makes_anything_but_an_error(bool bigEndian, int wordSize, string kind)
    {
        byte[] file = PerfDataFiles.Write(PerfDataFiles.Small(bigEndian, wordSize), kind);
        SyntheticFiles.ReadDamaged(file, "perf.data", kind.Length + wordSize, 8);
    }
}
