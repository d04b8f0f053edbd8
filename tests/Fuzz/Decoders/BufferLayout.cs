using KsmTools.Tests.RingBuffer;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.MigrationPte;

namespace KsmTools.Fuzz.Decoders;

/// <summary>How a machine's ring buffer and its rmap events are laid out; an input's first byte says which it is for.</summary>
internal sealed class BufferLayout
{
    private const string Source = "layout";

    private BufferLayout(bool isBigEndian, byte[] headerPage, params byte[][] formats)
    {
        IsBigEndian = isBigEndian;
        Header = SubBufferHeader.Parse(headerPage, Source);
        Formats = [.. formats.Select(format => EventFormat.Parse(format, Source))];
        Rmap = EventLayouts.From(Formats, WalkReader.Wanted, Source);
    }

    /// <summary>The captures' kernels, then machines of each byte order and word length.</summary>
    public static IReadOnlyList<BufferLayout> All { get; } =
    [
        Captured("6.12-native"),
        Captured("6.12-kprobe"),
        Captured("6.12-fprobe"),
        Captured("6.1-kprobe"),
        Made(bigEndian: false, 8, relative: false),
        Made(bigEndian: true, 8, relative: false),
        Made(bigEndian: false, 4, relative: true),
        Made(bigEndian: true, 4, relative: true),
    ];

    public bool IsBigEndian { get; }

    public SubBufferHeader Header { get; }

    public IReadOnlyList<EventFormat> Formats { get; }

    public EventLayouts Rmap { get; }

    /// <summary>The layout that an input is for.</summary>
    public static BufferLayout Of(byte selector) => All[selector % All.Count];

    private static BufferLayout Captured(string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", "formats");
        return new BufferLayout(
            false,
            File.ReadAllBytes(Path.Combine(folder, "header_page")),
            File.ReadAllBytes(Path.Combine(folder, $"{name}.rmap_walk_start")),
            File.ReadAllBytes(Path.Combine(folder, $"{name}.rmap_walk_end")));
    }

    private static BufferLayout Made(bool bigEndian, int wordSize, bool relative)
    {
        var machine = new SubBufferWriter(bigEndian, wordSize, 1024);
        return new BufferLayout(
            bigEndian,
            machine.HeaderPage(),
            machine.Format("rmap_walk_start", SubBufferWriter.StartId, relative),
            machine.Format("rmap_walk_end", SubBufferWriter.EndId, relative));
    }
}
