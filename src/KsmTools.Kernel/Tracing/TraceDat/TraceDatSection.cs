using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.TraceDat;

/// <summary>A section of a file of version 7: its header, and its contents unpacked.</summary>
internal sealed class TraceDatSection
{
    /// <summary>Bytes of a section's header.</summary>
    public const int HeaderLength = 16;

    private const ushort Compressed = 1;

    // kallsyms, the largest, has some tens of megabytes where everything is a module.
    private const uint LargestUnpacked = 512 << 20;

    private readonly BinaryFile _file;
    private readonly TraceDatHeader _header;
    private readonly ushort _flags;

    private TraceDatSection(BinaryFile file, TraceDatHeader header, ushort id, ushort flags, long offset, long size)
    {
        _file = file;
        _header = header;
        _flags = flags;
        Id = id;
        Offset = offset;
        Size = size;
    }

    public ushort Id { get; }

    public bool IsCompressed => (_flags & Compressed) != 0;

    /// <summary>Where the section begins.</summary>
    public long Offset { get; }

    /// <summary>Bytes after the header, as the file says.</summary>
    public long Size { get; }

    public long DataOffset => Offset + HeaderLength;

    public long End => DataOffset + Size;

    /// <summary>Reads a section's header.</summary>
    public static TraceDatSection At(BinaryFile file, TraceDatHeader header, long offset)
    {
        if (offset > file.Length)
        {
            throw TraceDatFailure.Truncated(file.Path, offset, file.Length);
        }

        var cursor = new TraceDatCursor(file, header.Order, offset, file.Length - offset);
        ushort id = cursor.UInt16();
        ushort flags = cursor.UInt16();
        cursor.Skip(4);
        return new TraceDatSection(file, header, id, flags, offset, cursor.Offset());
    }

    /// <summary>A cursor over the section's contents.</summary>
    public TraceDatCursor Open(ushort expectedId)
    {
        var cursor = new TraceDatCursor(_file, _header.Order, DataOffset, Size);
        if (Id != expectedId)
        {
            throw new TraceDatCursor(_file, _header.Order, Offset, HeaderLength).Corrupt(Messages.ReasonOtherSection);
        }

        if (!IsCompressed)
        {
            return cursor;
        }

        uint packed = cursor.UInt32();
        uint unpacked = cursor.UInt32();
        using IUnpacker unpacker = _header.Unpacker() ?? throw cursor.Corrupt(Messages.ReasonNotCompressed);
        if (unpacked > LargestUnpacked)
        {
            throw cursor.Corrupt(Messages.ReasonUnpackedSize);
        }

        string place = cursor.Place;
        byte[] section = Unpack(unpacker, cursor.Span(packed), (int)unpacked) ?? throw TraceDatFailure.Corrupt(_file.Path, place, Messages.ReasonUnpack);
        return new TraceDatCursor(_file.Path, _header.Order, section, place);
    }

    // Memory grows with what is really there, whatever the size says.
    private static unsafe byte[]? Unpack(IUnpacker unpacker, ReadOnlySpan<byte> packed, int size)
    {
        // A span without bytes has no address.
        if (packed.IsEmpty)
        {
            return null;
        }

        fixed (byte* bytes = packed)
        {
            using var source = new UnmanagedMemoryStream(bytes, packed.Length);
            using Stream stream = unpacker.Unpack(source);
            byte[] section = new byte[Math.Min(size, 1 << 20)];
            int count = 0;
            try
            {
                while (count < size)
                {
                    if (count == section.Length)
                    {
                        Array.Resize(ref section, (int)Math.Min(size, section.Length * 2L));
                    }

                    int read = stream.Read(section, count, section.Length - count);
                    if (read == 0)
                    {
                        return null;
                    }

                    count += read;
                }

                return count == section.Length && stream.ReadByte() < 0 ? section : null;
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or ZstdSharp.ZstdException)
            {
                return null;
            }
        }
    }
}
