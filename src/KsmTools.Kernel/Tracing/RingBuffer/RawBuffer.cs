using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// A buffer's sub-buffers as files, one for each CPU, with the texts of tracefs that tell what is in them: what
/// <c>per_cpu/cpuN/trace_pipe_raw</c> gave, <c>events/header_page</c>, the <c>format</c> files, and so on.
/// </summary>
public sealed class RawBuffer
{
    /// <summary>Each CPU's file.</summary>
    public required IReadOnlyList<(int Cpu, string Path)> Files { get; init; }

    /// <summary>The text of <c>events/header_page</c>.</summary>
    public required ReadOnlyMemory<byte> HeaderPage { get; init; }

    /// <summary>The texts of the <c>format</c> files; those of events that are not wanted are passed over.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Formats { get; init; }

    /// <summary>The text of <c>saved_cmdlines</c>.</summary>
    public ReadOnlyMemory<byte> SavedCommands { get; init; }

    /// <summary>The text of kallsyms.</summary>
    public ReadOnlyMemory<byte> KernelSymbols { get; init; }

    /// <summary>The trace clock's name.</summary>
    public string Clock { get; init; } = "local";

    /// <summary>Bytes of a sub-buffer (<c>buffer_subbuf_size_kb</c>); null for what <see cref="HeaderPage"/> says.</summary>
    public int? SubBufferSize { get; init; }

    /// <summary>Whether the traced machine is big-endian.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>Opens the files.</summary>
    /// <param name="wanted">The wanted events.</param>
    /// <param name="symbols">A table to share with other traces.</param>
    /// <exception cref="KsmToolsException">A file cannot be read, or a text makes no sense.</exception>
    internal IFormatReader Open(WantedEvents wanted, SymbolTable symbols)
    {
        string source = Files.Count > 0 ? Files[0].Path : string.Empty;
        SubBufferHeader header = SubBufferHeader.Parse(HeaderPage.Span, source);
        int size = SubBufferSize ?? header.Size;
        if (!RingBufferLimits.IsSubBufferSize(size, header))
        {
            throw new KsmToolsException(ErrorReason.TraceCorrupt, source, Text.Format(Messages.SubBufferSizeWrong, source, size), Messages.TraceCorruptAction);
        }

        var context = new BufferContext
        {
            Order = new ByteOrder(IsBigEndian),
            Header = header,
            Layouts = EventLayouts.From(
                Formats.Where(text => wanted.Has(EventFormat.NameOf(text.Span))).Select(text => EventFormat.Parse(text.Span, source)), wanted, source),
            Threads = ThreadNames.Of(SavedCommands.Span, symbols),
            Functions = new KernelSymbols(() => KernelSymbols, symbols),
            TimeUnit = TraceClock.UnitOf(Clock),
        };

        var streams = new List<CpuStream>();
        long length = 0;
        try
        {
            foreach ((int cpu, string path) in Files)
            {
                BinaryFile file = BinaryFile.Open(path);
                length += file.Length;
                streams.Add(new CpuStream(
                    path, cpu, new FileSubBuffers(file, cpu, 0, file.Length, size, RingBufferLimits.ReadSize(Files.Count)), context.Decoder(cpu), file));
            }
        }
        catch
        {
            streams.ForEach(stream => stream.Dispose());
            throw;
        }

        return new RingBufferReader(source, TraceFormat.Auto, length, symbols, streams, null, null);
    }
}
