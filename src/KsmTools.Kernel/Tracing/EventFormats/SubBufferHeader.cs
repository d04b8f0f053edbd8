using KsmTools.Errors;

namespace KsmTools.Tracing.EventFormats;

/// <summary>
/// Where a sub-buffer of the ring buffer has its time stamp, its commit word and its data: <c>events/header_page</c>
/// (kernel/trace/ring_buffer.c, <c>ring_buffer_print_page_header</c>).
/// </summary>
internal sealed class SubBufferHeader
{
    private SubBufferHeader(int timestampOffset, int commitOffset, int commitSize, int dataOffset, int dataSize)
    {
        TimestampOffset = timestampOffset;
        CommitOffset = commitOffset;
        CommitSize = commitSize;
        DataOffset = dataOffset;
        Size = dataOffset + dataSize;
    }

    /// <summary>Offset of the 64-bit time stamp.</summary>
    public int TimestampOffset { get; }

    /// <summary>Offset of the commit word.</summary>
    public int CommitOffset { get; }

    /// <summary>Bytes of the commit word, a <c>long</c> of the traced kernel: 4 or 8.</summary>
    public int CommitSize { get; }

    /// <summary>Offset of the first event.</summary>
    public int DataOffset { get; }

    /// <summary>Bytes of a whole sub-buffer.</summary>
    public int Size { get; }

    /// <summary>Reads a <c>header_page</c> file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">Where the text is from, for the error.</param>
    /// <exception cref="KsmToolsException">It is no such file, or its fields overlap (<see cref="ErrorReason.TraceCorrupt"/>).</exception>
    public static SubBufferHeader Parse(ReadOnlySpan<byte> text, string source)
    {
        EventField? timestamp = null, commit = null, data = null;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim(" \t\r"u8);
            if (!FieldLine.IsField(line) || FieldLine.Parse(line) is not { } field)
            {
                continue;
            }

            switch (field.Name)
            {
                case "timestamp":
                    timestamp = field;
                    break;
                case "commit":
                    commit = field;
                    break;
                case "data":
                    data = field;
                    break;
            }
        }

        return timestamp is { Size: 8 } && commit is { Size: 4 or 8 } && data is not null
            && timestamp.End <= data.Offset && commit.End <= data.Offset && (timestamp.End <= commit.Offset || commit.End <= timestamp.Offset)
            ? new SubBufferHeader(timestamp.Offset, commit.Offset, commit.Size, data.Offset, data.Size)
            : throw new KsmToolsException(
                ErrorReason.TraceCorrupt, source, Text.Format(Messages.HeaderPageCorrupt, source), Messages.TraceCorruptAction);
    }
}
