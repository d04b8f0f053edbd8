using System.Buffers.Binary;
using System.IO.Compression;
using KsmTools.Fuzz.Decoders;
using KsmTools.Tests.PerfData;
using KsmTools.Tests.RingBuffer;

namespace KsmTools.Fuzz.Seeds;

/// <summary>
/// Writes the seeds: short stretches of captures, and files that are made up where a real one is large. A seed is a few kilobytes at most, so
/// that a change in it matters and a run has many of them.
/// </summary>
internal sealed class SeedWriter
{
    private const int TextLength = 1500;
    private const int DataLength = 900;

    private static readonly string[] Kernels = ["6.12-native", "6.12-kprobe", "6.12-fprobe", "6.1-kprobe"];

    private readonly string _captures;
    private readonly string _corpus;

    private SeedWriter(string captures, string corpus)
    {
        _captures = captures;
        _corpus = corpus;
    }

    /// <summary>Writes all seeds.</summary>
    /// <param name="captures">Captures of real kernels.</param>
    /// <param name="corpus">Gets a folder for each decoder.</param>
    public static void Write(string captures, string corpus)
    {
        var writer = new SeedWriter(captures, corpus);
        writer.Formats();
        writer.SubBuffers();
        writer.Names();
        writer.Text();
        writer.TraceDat();
        writer.Perf();
        writer.Sessions();
    }

    private void Formats()
    {
        byte[] page = Capture("6.12-native/header_page");
        Put("formats", "header_page", page);
        Put("formats", "header_event", Capture("6.12-native/header_event"));
        foreach (string kernel in Kernels)
        {
            byte[] start = Capture($"{kernel}/rmap_walk_start.format");
            Put("formats", $"{kernel}.rmap_walk_start", start);
            Put("formats", $"{kernel}.rmap_walk_end", Capture($"{kernel}/rmap_walk_end.format"));
        }

        foreach ((bool bigEndian, int word) in ((bool, int)[])[(false, 8), (true, 4)])
        {
            var machine = new SubBufferWriter(bigEndian, word, 1024);
            Put("formats", $"made-{word}", [.. machine.Format("rmap_walk_start", SubBufferWriter.StartId, relative: word == 4), 0, .. machine.HeaderPage()]);
        }
    }

    private void SubBuffers()
    {
        for (int i = 0; i < Kernels.Length; i++)
        {
            foreach (string name in (string[])["anon", "ksm", "file"])
            {
                byte[] page = FirstEvents(Capture($"{Kernels[i]}/{name}.raw.gz"));
                Both($"{Kernels[i]}.{name}", [(byte)i, .. page]);
            }
        }

        for (int i = Kernels.Length; i < BufferLayout.All.Count; i++)
        {
            BufferLayout layout = BufferLayout.All[i];
            var machine = new SubBufferWriter(layout.IsBigEndian, layout.Header.CommitSize, 1024) { Flags = 3u << 30, Missed = 17 };
            bool relative = layout.Header.CommitSize == 4;
            ulong time = 1UL << 40;
            for (uint n = 0; n < 4; n++)
            {
                time += 100UL << (int)(n * 9);
                machine.Event(time, machine.Record(SubBufferWriter.StartId, 42, n, 1, "ksm", locked: true, relative));
                machine.Event(time + 9, machine.Record(SubBufferWriter.EndId, 43, n, 1, "file", locked: false, relative), longForm: n % 2 == 1);
                machine.Discarded(time + 9, 12);
            }

            machine.Absolute(time + 50).Event(time + 60, machine.Record(1, 1, 1, 1, "other", locked: false, relative)).Rest();
            Both($"made-{i}", [(byte)i, .. machine.Page()[..640]]);
        }

        void Both(string name, byte[] seed)
        {
            Put("sub-buffer", name, seed);
            Put("event-record", name, seed);
        }
    }

    // The first events of a sub-buffer of a 64-bit little-endian machine.
    private static byte[] FirstEvents(byte[] raw)
    {
        const int Header = 16;
        int commit = (int)BinaryPrimitives.ReadUInt64LittleEndian(raw.AsSpan(8)) & 0xFFFFF;
        int at = Header;
        while (at - Header < Math.Min(commit, DataLength))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(at));
            uint type = word & 31;
            at += type switch
            {
                0 => 4 + (int)BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(at + 4)),
                >= 30 => 8,
                29 => 4 + (int)BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(at + 4)),
                _ => 4 + (4 * (int)type),
            };
        }

        byte[] page = raw[..at];
        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(8), (ulong)(at - Header));
        return page;
    }

    private void Names()
    {
        Put("names", "saved_cmdlines", Lines(Capture("6.12-native/ksm.saved_cmdlines")));
        Put("names", "kallsyms", Lines(Capture("6.12-kprobe/kallsyms")));
        Put("names", "kallsyms-6.1", Lines(Capture("6.1-kprobe/kallsyms")));
        Put("names", "long", [.. "42 a name that is longer than any\n-1 x\n0 idle\n4194305 y\n63 \n5 \0a\nffffffff81000000 T rmap_walk_ksm\nffffffff81000000 t same\n"u8]);
    }

    private void Text()
    {
        var texts = new List<(string Name, byte[] Text)>();
        foreach (string path in Directory.GetFiles(Path.Combine(_captures, "variants"), "*.txt").Order(StringComparer.Ordinal))
        {
            texts.Add((Path.GetFileNameWithoutExtension(path), Lines(File.ReadAllBytes(path))));
        }

        foreach (string kernel in Kernels)
        {
            texts.Add((kernel, Lines(Capture($"{kernel}/ksm.trace.txt"))));
            texts.Add(($"{kernel}.report", Lines(Capture($"{kernel}/anon.report.txt"))));
            byte[] script = Lines(Capture($"{kernel}/ksm.perf.script.txt"));
            Put("perf-script", kernel, script);
            Put("perf-script", $"{kernel}.ns", Lines(Capture($"{kernel}/anon.perf.script.ns.txt")));
            Put("text-file", $"{kernel}.perf-script", script);
        }

        foreach (string path in Directory.GetFiles(Path.Combine(_captures, "forms"), "*.txt").Order(StringComparer.Ordinal))
        {
            byte[] text = Lines(File.ReadAllBytes(path));
            Put("text-file", Path.GetFileNameWithoutExtension(path), text);
            Put("trace-text", Path.GetFileNameWithoutExtension(path), text);
        }

        texts.Add(("lost", [.. "CPU:3 [LOST 17 EVENTS]\nCPU:3 [LOST EVENTS]\nCPU:1 [5 EVENTS DROPPED]\n"u8, .. texts[0].Text]));
        foreach ((string name, byte[] text) in texts)
        {
            Put("trace-text", name, text);
        }

        foreach ((string name, byte[] text) in texts.Where((_, index) => index % 3 == 0))
        {
            Put("text-file", name, text);
            Put("gzip", name + ".gz", Gzip(text));
        }

        byte[] half = texts[^1].Text[..700];
        Put("gzip", "members.gz", [.. Gzip(half), .. Gzip(half)]);
        Put("gzip", "stored.gz", Gzip(half, CompressionLevel.NoCompression));
        Put("migration-pte", "anon", Lines(Capture("host-6.18/anon.trace.txt.gz")));
        Put("migration-pte", "ksm", Lines(Capture("host-6.18/ksm.trace.txt.gz")));
        Put("migration-pte", "lost", [.. "# entries-in-buffer/entries-written: 2/9   #P:1\nCPU:3 [LOST 17 EVENTS]\n"u8, .. Lines(Capture("host-6.18/ksm.trace.txt.gz"))]);
    }

    private void TraceDat()
    {
        foreach ((bool bigEndian, int word, int version, string compression) in ((bool, int, int, string)[])
            [(false, 8, 6, "none"), (true, 4, 6, "none"), (false, 8, 7, "none"), (true, 8, 7, "none"), (false, 4, 7, "zlib"), (false, 8, 7, "zstd"), (true, 4, 7, "zstd")])
        {
            Put("trace-dat", $"v{version}-{compression}-{(bigEndian ? "big" : "little")}-{word}", MadeFiles.TraceDat(bigEndian, word, version, compression));
        }

        Put("trace-dat", "6.12-native", Capture("6.12-native/anon.dat"));
    }

    private void Perf()
    {
        foreach ((string name, PerfDataWriter file, bool isPacked) in MadeFiles.Perf())
        {
            List<byte[]>? records = isPacked ? [.. file.Packed(padded: name.Contains("padded", StringComparison.Ordinal))] : null;
            Put("perf-data", name, file.File(records));
            Put("perf-pipe", name, file.Pipe(records));
        }
    }

    private void Sessions()
    {
        Put("session-text", "hist", "# event histogram\n#\n# trigger info: hist:keys=lat.log2:vals=hitcount,lat:sort=hitcount:size=2048 [active]\n#\n\n{ lat: ~ 2^19 } hitcount:          1  lat:     477076\n{ lat: ~ 2^15 } hitcount:          4  lat:     104596\n{ lat: ~ 2^0  } hitcount:         32  lat:     231422\n\nTotals:\n    Hits: 37\n    Entries: 3\n    Dropped: 2\n"u8);
        Put("session-text", "error_log", "[   12.345678] trace_kprobe: error: Invalid probed address or symbol\n  Command: p:ksmtools/x nosuch+0\n                        ^\n[   13.345678] hist:ksm: error: Couldn't find field\n  Command: hist:keys=foo\n                     ^\n"u8);
        Put("session-text", "kprobe_profile", "p:ksmtools/rmap_walk_start rmap_walk folio=$arg1\nr16:ksmtools/rmap_walk_end rmap_walk\nr:other/x y\n\0  rmap_walk_start      100      0\n  rmap_walk_end         99      7\n  x   1   1\n"u8);
        Put("session-text", "stats", "entries: 129\noverrun: 0\ncommit overrun: 0\nbytes: 9004\noldest event ts: 2769.123456\nnow ts: 2770.1\ndropped events: 3\nread events: 129\n"u8);
        Put("session-text", "trace_clock", "[local] global counter uptime perf mono mono_raw boot tai x86-tsc\n"u8);
    }

    private void Put(string decoder, string name, ReadOnlySpan<byte> seed)
    {
        string folder = Path.Combine(_corpus, decoder);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name), seed);
    }

    private byte[] Capture(string name)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(_captures, name));
        if (!name.EndsWith(".gz", StringComparison.Ordinal))
        {
            return bytes;
        }

        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
        {
            gzip.CopyTo(unpacked);
        }

        return unpacked.ToArray();
    }

    // The first lines, header and all.
    private static byte[] Lines(byte[] text) => text.Length <= TextLength ? text : text[..(Array.LastIndexOf(text, (byte)'\n', TextLength) + 1)];

    private static byte[] Gzip(byte[] text, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
        {
            gzip.Write(text);
        }

        return packed.ToArray();
    }
}
