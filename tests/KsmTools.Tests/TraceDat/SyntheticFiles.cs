using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.TraceDat;

/// <summary>Files that tests write, and how they are read.</summary>
internal static class SyntheticFiles
{
    /// <summary>A small file with two buffers of two CPUs, 24 events.</summary>
    public static TraceDatWriter Small(bool bigEndian, int wordSize, int version, string compression, int pageSize = 512)
    {
        var machine = new SubBufferWriter(bigEndian, wordSize, pageSize);
        var file = new TraceDatWriter(machine, version, compression);
        ulong time = 1000;
        foreach (string name in (string[])["", "other"])
        {
            byte[][] cpus = [.. Enumerable.Range(0, 2).Select(cpu => (byte[])[.. Page(cpu), .. Page(cpu), .. Page(cpu)])];
            file.Buffers.Add((name, "local", cpus));
        }

        return file;

        byte[] Page(int cpu)
        {
            time += 100;
            return machine.Event(time, machine.Start(time, 42 + cpu)).Event(time + 50, machine.End(time, 42 + cpu)).Page();
        }
    }

    public static (List<TraceRecord> Records, KsmToolsException? Failure) Read(string path, SymbolTable? symbols = null)
    {
        var records = new List<TraceRecord>();
        using ITraceReader reader = TraceReaders.OpenWalks(path, symbols: symbols);
        while (reader.Read(out ReadOnlySpan<TraceRecord> next, CancellationToken.None))
        {
            records.AddRange(next);
        }

        return (records, reader.Failure);
    }

    public static (List<TraceRecord> Records, KsmToolsException? Failure) Read(byte[] file)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(path, file);
        return Read(path);
    }

    /// <summary>Reads a file that may be anything: no other exception than the project's own may come out.</summary>
    public static (List<TraceRecord> Records, KsmToolsException? Failure) ReadAnything(string path)
    {
        try
        {
            return Read(path);
        }
        catch (KsmToolsException failure)
        {
            return ([], failure);
        }
    }

    /// <summary>Damages a small file in many ways: none makes more records than it could hold, takes memory without bound, or ends in another exception than the project's own.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="seed">Chooses the damage.</param>
    /// <param name="first">Where damage begins: what makes the format known stays.</param>
    public static void ReadDamaged(byte[] file, string name, int seed, int first)
    {
        const int Runs = 400;
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, name);
        var random = new Random(seed);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < Runs; run++)
        {
            File.WriteAllBytes(path, Damage(file, random, first));
            (List<TraceRecord> records, _) = ReadAnything(path);
            Assert.InRange(records.Count, 0, 1000);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Runs, 0, 4 << 20);
    }

    // Lengths and offsets are where it hurts: whole words of ones and zeros, and single bits.
    private static byte[] Damage(byte[] file, Random random, int first)
    {
        byte[] damaged = [.. file];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(first, damaged.Length - 8);
            switch (random.Next(4))
            {
                case 0:
                    damaged.AsSpan(at, random.Next(1, 9)).Fill(0xFF);
                    break;
                case 1:
                    damaged.AsSpan(at, random.Next(1, 9)).Clear();
                    break;
                default:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return damaged;
    }
}
