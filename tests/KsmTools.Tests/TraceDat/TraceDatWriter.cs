using System.IO.Compression;
using System.Text;
using KsmTools.Tests.RingBuffer;

namespace KsmTools.Tests.TraceDat;

/// <summary>Writes trace.dat files as trace-cmd lays them out, of either version, byte order and compression, with any number of buffers.</summary>
internal sealed class TraceDatWriter(SubBufferWriter machine, int version, string compression = "none")
{
    private readonly List<byte> _file = [];

    public List<(string Name, string Clock, byte[][] Cpus)> Buffers { get; } = [];

    /// <summary>Options besides those that every file has.</summary>
    public List<(ushort Id, byte[] Data)> Options { get; } = [];

    /// <summary>Formats of the scheduler's events.</summary>
    public List<byte[]> Scheduler { get; } = [];

    public string Clock { get; set; } = "[local] global";

    public byte[] Write()
    {
        _file.Clear();
        _file.AddRange([0x17, 0x08, 0x44, .. "tracing"u8, (byte)('0' + version), 0, machine.IsBigEndian ? (byte)1 : (byte)0, 8]);
        U32((uint)machine.PageSize);
        if (version == 6)
        {
            Version6();
        }
        else
        {
            Version7();
        }

        return [.. _file];
    }

    public byte[] Number32(uint value)
    {
        byte[] bytes = new byte[4];
        machine.Put32(bytes, value);
        return bytes;
    }

    public byte[] Number64(ulong value)
    {
        byte[] bytes = new byte[8];
        machine.Put64(bytes, value);
        return bytes;
    }

    private byte[] Number16(ushort value)
    {
        byte[] bytes = new byte[2];
        machine.Put16(bytes, value);
        return bytes;
    }

    private byte[] Headers() =>
        [.. "header_page\0"u8, .. Sized(machine.HeaderPage()), .. "header_event\0"u8, .. Sized(SubBufferWriter.HeaderEvent())];

    private byte[] Events() =>
    [
        .. Number32(3),
        .. "ksm\0"u8, .. Number32(1), .. Sized("name: ksm_enter\nID: 9\nwhatever\n"u8.ToArray()),
        .. "sched\0"u8, .. Number32((uint)Scheduler.Count), .. Scheduler.SelectMany(Sized),
        .. "rmap\0"u8, .. Number32(2),
        .. Sized(machine.Format("rmap_walk_start", SubBufferWriter.StartId)), .. Sized(machine.Format("rmap_walk_end", SubBufferWriter.EndId)),
    ];

    private byte[] Commands() => Sized("42 worker\n43 other worker\n"u8.ToArray());

    private byte[] Sized(byte[] data) => [.. Number64((ulong)data.Length), .. data];

    private void Version6()
    {
        int cpus = Buffers[0].Cpus.Length;
        _file.AddRange([.. Headers(), .. Number32(1), .. Sized("name: function\n"u8.ToArray()), .. Events(), .. Number32(3), .. "sym"u8, .. Number32(0), .. Commands(), .. Number32((uint)cpus)]);
        _file.AddRange("options  \0"u8);
        foreach ((ushort id, byte[] data) in Options)
        {
            Option(id, data);
        }

        Option(4, []);
        var instances = new List<int>();
        foreach ((string name, _, _) in Buffers.Skip(1))
        {
            instances.Add(_file.Count + 6);
            Option(3, [.. Number64(0), .. Encoding.ASCII.GetBytes(name), 0]);
        }

        _file.AddRange(Number16(0));
        for (int i = 0; i < Buffers.Count; i++)
        {
            if (i > 0)
            {
                Patch64(instances[i - 1], _file.Count);
            }

            _file.AddRange("flyrecord\0"u8);
            int table = _file.Count;
            _file.AddRange(new byte[16 * cpus]);
            if (i == 0)
            {
                _file.AddRange(Sized(Encoding.ASCII.GetBytes(Clock)));
            }

            for (int cpu = 0; cpu < cpus; cpu++)
            {
                Align();
                Patch64(table + (16 * cpu), _file.Count);
                Patch64(table + (16 * cpu) + 8, Buffers[i].Cpus[cpu].Length);
                _file.AddRange(Buffers[i].Cpus[cpu]);
            }
        }
    }

    private void Version7()
    {
        _file.AddRange([.. Encoding.ASCII.GetBytes(compression), 0, .. "1.0\0"u8]);
        int first = _file.Count;
        U64(0);
        var sections = new List<(ushort Id, int Offset)>();
        foreach ((ushort id, byte[] data) in ((ushort, byte[])[])[(16, Headers()), (18, Events()), (19, [.. Number32(3), .. "sym"u8]), (21, Commands())])
        {
            sections.Add((id, _file.Count));
            Section(id, data);
        }

        Patch64(first, _file.Count);
        var options = new List<byte>();
        foreach ((ushort id, int offset) in sections)
        {
            Add(options, id, Number64((ulong)offset));
        }

        Add(options, 4, [.. Encoding.ASCII.GetBytes(Clock), 0]);
        Add(options, 8, Number32((uint)Buffers[0].Cpus.Length));
        foreach ((ushort id, byte[] data) in Options)
        {
            Add(options, id, data);
        }

        int next = OptionsSection(options);
        foreach ((string name, string clock, byte[][] cpus) in Buffers)
        {
            int section = _file.Count;
            _file.AddRange([.. Number16(3), .. Number16(compression == "none" ? (ushort)0 : (ushort)1), .. Number32(0), .. Number64(0)]);
            var buffer = new List<byte>([.. Number64((ulong)section), .. Encoding.ASCII.GetBytes(name), 0, .. Encoding.ASCII.GetBytes(clock), 0, .. Number32((uint)machine.PageSize), .. Number32((uint)cpus.Length)]);
            for (int cpu = 0; cpu < cpus.Length; cpu++)
            {
                Align();
                int start = _file.Count;
                Data(cpus[cpu]);

                // trace-cmd does not count the number of chunks.
                int size = _file.Count - start - (compression == "none" || cpus[cpu].Length == 0 ? 0 : 4);
                buffer.AddRange([.. Number32((uint)cpu), .. Number64((ulong)start), .. Number64((ulong)size)]);
            }

            Patch64(section + 8, _file.Count - section - 16);
            Patch64(next, _file.Count);
            options.Clear();
            Add(options, 3, [.. buffer]);
            next = OptionsSection(options);
        }
    }

    // Gives where the offset of the next one is to be written.
    private int OptionsSection(List<byte> options)
    {
        Add(options, 0, Number64(0));
        _file.AddRange([.. Number16(0), .. Number16(0), .. Number32(0), .. Number64((ulong)options.Count), .. options]);
        return _file.Count - 8;
    }

    private void Section(ushort id, byte[] data)
    {
        if (compression != "none")
        {
            byte[] packed = Pack(data);
            data = [.. Number32((uint)packed.Length), .. Number32((uint)data.Length), .. packed];
        }

        _file.AddRange([.. Number16(id), .. Number16(compression == "none" ? (ushort)0 : (ushort)1), .. Number32(0), .. Number64((ulong)data.Length), .. data]);
    }

    private void Data(byte[] cpu)
    {
        if (compression == "none")
        {
            _file.AddRange(cpu);
            return;
        }

        if (cpu.Length == 0)
        {
            return;
        }

        int chunk = machine.PageSize * 2;
        U32((uint)((cpu.Length + chunk - 1) / chunk));
        for (int i = 0; i < cpu.Length; i += chunk)
        {
            byte[] data = cpu[i..Math.Min(cpu.Length, i + chunk)];
            byte[] packed = Pack(data);
            _file.AddRange([.. Number32((uint)packed.Length), .. Number32((uint)data.Length), .. packed]);
        }
    }

    private byte[] Pack(byte[] data)
    {
        if (compression == "zstd")
        {
            using var zstd = new ZstdSharp.Compressor();
            return zstd.Wrap(data).ToArray();
        }

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }

    private void Add(List<byte> options, ushort id, byte[] data) => options.AddRange([.. Number16(id), .. Number32((uint)data.Length), .. data]);

    private void Option(ushort id, byte[] data) => Add(_file, id, data);

    private void U32(uint value) => _file.AddRange(Number32(value));

    private void U64(ulong value) => _file.AddRange(Number64(value));

    private void Align() => _file.AddRange(new byte[(machine.PageSize - (_file.Count % machine.PageSize)) % machine.PageSize]);

    private void Patch64(int at, long value)
    {
        byte[] bytes = Number64((ulong)value);
        for (int i = 0; i < bytes.Length; i++)
        {
            _file[at + i] = bytes[i];
        }
    }
}
