using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>Writes a trace.dat file of version 7 without compression (trace-cmd.dat.v7(5)).</summary>
internal static class TraceDatOutput
{
    // The offset of the options is in the first header and known last.
    private static ReadOnlySpan<byte> Magic => "\x17\x08\x44tracing7\0"u8;

    /// <summary>Writes the file.</summary>
    /// <param name="file">An empty file that can be sought in.</param>
    /// <param name="metadata">What is known of the buffer.</param>
    /// <param name="cpus">Each CPU's sub-buffers, from where the stream stands to its end; those of a CPU without any are left out.</param>
    /// <exception cref="IOException">The disk is full, for example.</exception>
    public static void Write(Stream file, TraceDatMetadata metadata, IReadOnlyList<(int Cpu, Stream Data)> cpus)
    {
        long optionsOffset = WriteHeader(file, metadata);
        using var sections = new TraceDatSections(file);
        sections.AddWithOption(
            TraceDatOptions.HeaderInfo, "headers", numbers => numbers.Text("header_page").Block(metadata.HeaderPage).Text("header_event").Block(metadata.HeaderEvent));
        sections.AddWithOption(TraceDatOptions.FtraceEvents, "ftrace events", numbers => WriteFormats(numbers, metadata.FtraceFormats));
        sections.AddWithOption(TraceDatOptions.EventFormats, "events format", numbers => WriteSystems(numbers, metadata));
        sections.AddWithOption(TraceDatOptions.KernelSymbols, "kallsyms", numbers => numbers.ShortBlock(metadata.KernelSymbols));
        sections.AddWithOption(TraceDatOptions.PrintkFormats, "printk", numbers => numbers.ShortBlock(metadata.PrintkFormats));
        sections.AddWithOption(TraceDatOptions.Commands, "command lines", numbers => numbers.Block(metadata.SavedCommands));
        AddOptions(sections, metadata);
        AddBuffer(sections, file, metadata, cpus);
        long options = sections.Complete();
        file.Position = optionsOffset;
        new TraceDatNumbers(file).UInt64((ulong)options);
        file.Position = file.Length;
    }

    private static long WriteHeader(Stream file, TraceDatMetadata metadata)
    {
        TraceDatNumbers numbers = new TraceDatNumbers(file)
            .Bytes(Magic)
            .Bytes([(byte)(BitConverter.IsLittleEndian ? 0 : 1), (byte)IntPtr.Size])
            .UInt32((uint)metadata.SubBufferSize)
            .Text("none")
            .Text(string.Empty);
        long optionsOffset = file.Position;
        numbers.UInt64(0);
        return optionsOffset;
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

    // There is no DATE: it would move every time away from those that the session itself shows.
    private static void AddOptions(TraceDatSections sections, TraceDatMetadata metadata)
    {
        sections.Option(TraceDatOptions.Clock, numbers => numbers.Text(metadata.Clocks));
        sections.Option(TraceDatOptions.Machine, numbers => numbers.Text(metadata.Machine));
        sections.Option(TraceDatOptions.Version, numbers => numbers.Text($"KsmTools {typeof(TraceDatOutput).Assembly.GetName().Version!.ToString(3)}"));
        sections.Option(TraceDatOptions.TraceId, numbers => numbers.UInt64(metadata.TraceId));
        foreach ((int cpu, string text) in metadata.Statistics)
        {
            sections.Option(TraceDatOptions.CpuStatistics, numbers => numbers.Text(FormattableString.Invariant($"CPU: {cpu}\n{text}\n")));
        }

        sections.Option(TraceDatOptions.CpuCount, numbers => numbers.UInt32((uint)metadata.CpuCount));
    }

    // The buffer's name is empty, as that of the top level is: trace-cmd prints the name of any other before every event.
    private static void AddBuffer(TraceDatSections sections, Stream file, TraceDatMetadata metadata, IReadOnlyList<(int Cpu, Stream Data)> cpus)
    {
        var areas = new List<TraceDatArea>();
        long start = sections.Add(TraceDatOptions.Buffer, "buffer flyrecord ", _ =>
        {
            // Readers map the data to memory.
            int alignment = Math.Max(metadata.SubBufferSize, Environment.SystemPageSize);
            foreach ((int cpu, Stream data) in cpus)
            {
                if (data.Length > data.Position)
                {
                    file.Position = (file.Position + alignment - 1) / alignment * alignment;
                    long offset = file.Position;
                    Interop.FileCopy.CopyRest(data, file);
                    areas.Add(new TraceDatArea(cpu, offset, file.Position - offset));
                }
            }
        });
        sections.Option(TraceDatOptions.Buffer, numbers =>
        {
            numbers.UInt64((ulong)start).Text(string.Empty).Text(TraceClock.Selected(metadata.Clocks)).UInt32((uint)metadata.SubBufferSize).UInt32((uint)areas.Count);
            foreach (TraceDatArea area in areas)
            {
                numbers.UInt32((uint)area.Cpu).UInt64((ulong)area.Offset).UInt64((ulong)area.Size);
            }
        });
    }
}
