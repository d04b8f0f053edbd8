namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Writes a trace.dat file of version 7 without compression (trace-cmd.dat.v7(5)) in two parts: what is known before anything is recorded, and what is known only then, in options that
/// are chained to the first. After the first it is a whole file with no events.
/// </summary>
internal static class TraceDatOutput
{
    private const int OptionsPointer = sizeof(ulong);

    // The offset of the options is in the first header and known last.
    private static ReadOnlySpan<byte> Magic => "\x17\x08\x44tracing7\0"u8;

    /// <summary>Writes the first part.</summary>
    /// <param name="file">An empty file that can be sought in.</param>
    /// <param name="metadata">What is known.</param>
    /// <exception cref="IOException">The disk is full, for example.</exception>
    public static void Begin(Stream file, TraceDatMetadata metadata)
    {
        WriteHeader(file, metadata);
        long optionsOffset = file.Position - OptionsPointer;
        using var sections = new TraceDatSections(file);
        sections.AddWithOption(
            TraceDatOptions.HeaderInfo, "headers", numbers => numbers.Text("header_page").Block(metadata.HeaderPage).Text("header_event").Block(metadata.HeaderEvent));
        sections.AddWithOption(TraceDatOptions.FtraceEvents, "ftrace events", numbers => WriteFormats(numbers, metadata.FtraceFormats));
        sections.AddWithOption(TraceDatOptions.EventFormats, "events format", numbers => WriteSystems(numbers, metadata));
        sections.AddWithOption(TraceDatOptions.PrintkFormats, "printk", numbers => numbers.ShortBlock(metadata.PrintkFormats));

        // There is no DATE: it would move every time away from those that the session itself shows.
        sections.Option(TraceDatOptions.Clock, numbers => numbers.Text(metadata.Clocks));
        sections.Option(TraceDatOptions.Machine, numbers => numbers.Text(metadata.Machine));
        sections.Option(TraceDatOptions.Version, numbers => numbers.Text($"KsmTools {typeof(TraceDatOutput).Assembly.GetName().Version!.ToString(3)}"));
        sections.Option(TraceDatOptions.TraceId, numbers => numbers.UInt64(metadata.TraceId));
        sections.Option(TraceDatOptions.CpuCount, numbers => numbers.UInt32((uint)metadata.CpuCount));
        Point(file, optionsOffset, sections.Complete());
    }

    /// <summary>Writes the second part, but not the sub-buffers, and says where those belong.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">What it has.</param>
    /// <param name="end">What is known now.</param>
    /// <param name="parts">Bytes of each CPU's sub-buffers; CPUs without any are left out.</param>
    /// <exception cref="IOException">The disk is full, for example; the file still is what it was.</exception>
    public static IReadOnlyList<TraceDatArea> End(Stream file, RecordedStart start, RecordedEnd end, IReadOnlyList<(int Cpu, long Size)> parts)
    {
        // Where the data begins is said before it: once to see how long that is, once with what it says.
        long buffer = 0;
        long options = 0;
        IReadOnlyList<TraceDatArea> areas = [];
        for (int pass = 0; pass < 2; pass++)
        {
            areas = Areas(start, parts, buffer + TraceDatSection.HeaderLength);
            file.Position = start.Length;
            options = WriteEnd(file, start, end, buffer, areas);
            buffer = file.Position - TraceDatSection.HeaderLength;
        }

        file.SetLength(DataEnd(areas, file.Position));
        Point(file, start.NextOptions, options);
        return areas;
    }

    private static void WriteHeader(Stream file, TraceDatMetadata metadata) => new TraceDatNumbers(file)
        .Bytes(Magic)
        .Bytes([(byte)(BitConverter.IsLittleEndian ? 0 : 1), (byte)IntPtr.Size])
        .UInt32((uint)metadata.SubBufferSize)
        .Text("none")
        .Text(string.Empty)
        .UInt64(0);

    // Until the offset is there, nobody looks at what was written.
    private static void Point(Stream file, long from, long to)
    {
        long end = file.Position;
        file.Flush();
        file.Position = from;
        new TraceDatNumbers(file).UInt64((ulong)to);
        file.Flush();
        file.Position = end;
    }

    private static void WriteFormats(TraceDatNumbers numbers, IReadOnlyList<ReadOnlyMemory<byte>> formats)
    {
        numbers.UInt32((uint)formats.Count);
        foreach (ReadOnlyMemory<byte> format in formats)
        {
            numbers.Block(format);
        }
    }

    private static void WriteSystems(TraceDatNumbers numbers, TraceDatMetadata metadata)
    {
        numbers.UInt32((uint)metadata.Formats.Count);
        foreach ((string system, IReadOnlyList<ReadOnlyMemory<byte>> formats) in metadata.Formats)
        {
            WriteFormats(numbers.Text(system), formats);
        }
    }

    // Readers map the data to memory.
    private static List<TraceDatArea> Areas(RecordedStart start, IReadOnlyList<(int Cpu, long Size)> parts, long offset)
    {
        int alignment = Math.Max(start.SubBufferSize, Environment.SystemPageSize);
        var areas = new List<TraceDatArea>();
        foreach ((int cpu, long size) in parts)
        {
            if (size > 0)
            {
                offset = (offset + alignment - 1) / alignment * alignment;
                areas.Add(new TraceDatArea(cpu, offset, size));
                offset += size;
            }
        }

        return areas;
    }

    // The buffer's name is empty, as that of the top level is: trace-cmd prints the name of any other before every event. Its section comes last, and has the rest of the file.
    private static long WriteEnd(Stream file, RecordedStart start, RecordedEnd end, long buffer, IReadOnlyList<TraceDatArea> areas)
    {
        using var sections = new TraceDatSections(file, start.Described);
        sections.AddWithOption(TraceDatOptions.KernelSymbols, "kallsyms", numbers => numbers.ShortBlock(end.KernelSymbols));
        sections.AddWithOption(TraceDatOptions.Commands, "command lines", numbers => numbers.Block(end.SavedCommands));
        foreach ((int cpu, string text) in end.Statistics)
        {
            sections.Option(TraceDatOptions.CpuStatistics, numbers => numbers.Text(FormattableString.Invariant($"CPU: {cpu}\n{text}\n")));
        }

        sections.Option(TraceDatOptions.Buffer, numbers =>
        {
            numbers.UInt64((ulong)buffer).Text(string.Empty).Text(start.Clock).UInt32((uint)start.SubBufferSize).UInt32((uint)areas.Count);
            foreach (TraceDatArea area in areas)
            {
                numbers.UInt32((uint)area.Cpu).UInt64((ulong)area.Offset).UInt64((ulong)area.Size);
            }
        });
        uint description = sections.Describe("buffer flyrecord ");
        long options = sections.Complete();
        long data = file.Position + TraceDatSection.HeaderLength;
        sections.Header(TraceDatOptions.Buffer, description, DataEnd(areas, data) - data);
        return options;
    }

    private static long DataEnd(IReadOnlyList<TraceDatArea> areas, long start) => areas.Count > 0 ? areas[^1].Offset + areas[^1].Size : start;
}
