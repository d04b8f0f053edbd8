using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.TraceDat;

/// <summary>What a trace.dat file begins with (trace-cmd.dat(5), "INITIAL FORMAT").</summary>
internal sealed class TraceDatHeader
{
    // Where the header of version 6 ends; numbers before it have one byte.
    private const int MagicLength = 10;

    public required int Version { get; init; }

    /// <summary>The traced machine's byte order.</summary>
    public required ByteOrder Order { get; init; }

    /// <summary>Bytes of a sub-buffer, unless a buffer says otherwise.</summary>
    public required long PageSize { get; init; }

    public TraceDatCompression Compression { get; init; }

    /// <summary>Offset of the first options section; version 7.</summary>
    public long Options { get; init; }

    /// <summary>Offset of the first byte after the header.</summary>
    public required long End { get; init; }

    /// <exception cref="KsmToolsException">It is of a version or a compression that is not known, or cut off.</exception>
    public static TraceDatHeader Read(BinaryFile file)
    {
        var start = new TraceDatCursor(file, ByteOrder.Own, 0, file.Length);
        start.Skip(MagicLength);
        string version = start.Text();
        if (version is not ("6" or "7"))
        {
            throw TraceDatFailure.NotRecognised(file.Path, Messages.TraceDatVersion, Messages.TraceDatVersionAction, Shown(version));
        }

        byte order = start.Span(1)[0];
        if (order > 1)
        {
            throw start.Corrupt(Messages.ReasonByteOrder);
        }

        // Bytes of a long in user space come next; what counts for the ring buffer, the kernel's, is in header_page.
        start.Skip(1);
        var cursor = new TraceDatCursor(file, new ByteOrder(order == 1), start.Position, file.Length - start.Position);
        uint pageSize = cursor.UInt32();
        TraceDatCompression compression = TraceDatCompression.None;
        long options = 0;
        if (version == "7")
        {
            string name = cursor.Text();
            string implementation = cursor.Text();
            compression = name switch
            {
                "none" => TraceDatCompression.None,
                "zlib" => TraceDatCompression.Zlib,
                "zstd" => TraceDatCompression.Zstd,
                _ => throw TraceDatFailure.NotRecognised(
                    file.Path, Messages.TraceDatCompressionUnknown, Messages.TraceDatCompressionUnknownAction, Shown($"{name} {implementation}")),
            };
            options = cursor.Offset();
        }

        return new TraceDatHeader
        {
            Version = version[0] - '0',
            Order = new ByteOrder(order == 1),
            PageSize = pageSize,
            Compression = compression,
            Options = options,
            End = cursor.Position,
        };
    }

    public IUnpacker? Unpacker() => Compression switch
    {
        TraceDatCompression.Zlib => new ZlibUnpacker(),
        TraceDatCompression.Zstd => new ZstdUnpacker(),
        _ => null,
    };

    private static string Shown(string text) => Errors.TerminalText.Quote(text);
}
