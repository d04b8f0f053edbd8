using System.Buffers.Binary;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;

namespace KsmTools.Tests.PerfData;

/// <summary>Recordings that tests write, and how they are read.</summary>
internal static class PerfDataFiles
{
    /// <summary>Two CPUs' events of four rounds, 24 of them, each CPU's after the other's as perf writes them.</summary>
    public static PerfDataWriter Small(bool bigEndian, int wordSize = 8)
    {
        var writer = new PerfDataWriter(new SubBufferWriter(bigEndian, wordSize, 4096));
        writer.Name(0, 42, "worker").Name(0, 43, "other worker");
        return Rounds(writer);
    }

    /// <summary>The same events, whatever the samples hold.</summary>
    public static PerfDataWriter Rounds(PerfDataWriter writer) => Rounds(writer, [0, 1]);

    /// <summary>Those of some CPUs; marks of rounds only where both are there, as perf leaves them out where each thread writes a file of its own.</summary>
    public static PerfDataWriter Rounds(PerfDataWriter writer, int[] cpus)
    {
        for (ulong round = 0; round < 4; round++)
        {
            // The second CPU's buffer is read later, so it has events that are later than the first's of the next round.
            foreach (int cpu in cpus)
            {
                for (ulong walk = 0; walk < 2 - (round % 2); walk++)
                {
                    ulong time = 1000 + (round * 400) + (walk * 200) + ((ulong)cpu * 375);
                    writer.Sample(start: true, time, 42 + cpu, cpu, 0xf000 + time);
                    writer.Sample(start: false, time + 50, 42 + cpu, cpu, 0xf000 + time);
                }
            }

            if (cpus.Length > 1)
            {
                writer.Round();
            }
        }

        return writer;
    }

    public static byte[] Write(PerfDataWriter writer, string kind) => kind switch
    {
        "file" => writer.File(),
        "pipe" => writer.Pipe(),
        "packed" => writer.File(writer.Packed(padded: false)),
        "packed2" => writer.File(writer.Packed(padded: true)),
        _ => writer.Pipe(writer.Packed(padded: true)),
    };

    public static void AssertSmall(List<TraceRecord> records)
    {
        Assert.Equal(24, records.Count);
        Assert.Equal(records.OrderBy(record => record.Timestamp).Select(record => record.Timestamp), records.Select(record => record.Timestamp));
        Assert.Equal(12, records.Count(record => record.Kind == TraceRecordKind.Start));
        Assert.All(records, record =>
        {
            ulong start = (ulong)record.Timestamp - (record.Kind == TraceRecordKind.End ? 50UL : 0);
            Assert.Equal((0xf000 + start, 0xfeedUL, RmapPageType.Ksm, true), (record.Folio, record.Rwc, record.PageType, record.Locked));
            Assert.Equal(record.ThreadId == 42 ? "worker" : "other worker", record.Command.ToString(new SymbolTable()));
        });
    }

    public static (List<TraceRecord> Records, KsmToolsException? Failure) Read(byte[] file, SymbolTable? symbols = null)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        File.WriteAllBytes(path, file);
        return SyntheticFiles.Read(path, symbols);
    }

    public static (List<TraceRecord> Records, KsmToolsException? Failure) ReadAnything(byte[] file)
    {
        try
        {
            return Read(file);
        }
        catch (KsmToolsException failure)
        {
            return ([], failure);
        }
    }

    /// <summary>A real recording of a machine with the least significant byte first, as what perf would have written to a pipe.</summary>
    public static byte[] AsPipe(byte[] file) => Transformed(file, (writer, records) => writer.Pipe(records));

    /// <summary>A real recording with its records compressed.</summary>
    public static byte[] AsCompressed(byte[] file, bool padded) => Transformed(file, (writer, records) =>
    {
        records.ForEach(record => writer.Add(record));
        return writer.File(writer.Packed(padded, 4000));
    });

    private static byte[] Transformed(byte[] file, Func<PerfDataWriter, List<byte[]>, byte[]> write)
    {
        int attributeSize = Offset(16), attributes = Offset(24), attributesEnd = attributes + Offset(32), data = Offset(40), dataEnd = data + Offset(48);
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096)) { TracingData = file.AsSpan(Offset(dataEnd), Offset(dataEnd + 8)).ToArray() };
        writer.Attributes.Clear();
        for (int at = attributes; at < attributesEnd; at += attributeSize)
        {
            int ids = Offset(at + attributeSize - 16), count = Offset(at + attributeSize - 8) / 8;
            writer.Raw.Add((file.AsSpan(at, attributeSize - 16).ToArray(), [.. Enumerable.Range(0, count).Select(i => (ulong)Offset(ids + (8 * i)))]));
        }

        var records = new List<byte[]>();
        for (int at = data; at < dataEnd;)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 6));
            records.Add(file.AsSpan(at, size).ToArray());
            at += size;
        }

        return write(writer, records);

        int Offset(int at) => (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
    }
}
