using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing;

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

    public static (List<RmapRecord> Records, KsmToolsException? Failure) Read(string path)
    {
        var records = new List<RmapRecord>();
        using IRmapReader reader = TraceReaders.Open(path);
        while (reader.Read(out ReadOnlySpan<RmapRecord> next, CancellationToken.None))
        {
            records.AddRange(next);
        }

        return (records, reader.Failure);
    }

    public static (List<RmapRecord> Records, KsmToolsException? Failure) Read(byte[] file)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(path, file);
        return Read(path);
    }

    /// <summary>Reads a file that may be anything: no other exception than the project's own may come out.</summary>
    public static (List<RmapRecord> Records, KsmToolsException? Failure) ReadAnything(string path)
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
}
