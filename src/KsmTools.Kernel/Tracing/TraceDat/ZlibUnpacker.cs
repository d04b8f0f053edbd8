using System.IO.Compression;

namespace KsmTools.Tracing.TraceDat;

/// <summary>RFC 1950 data, as <c>compress()</c> of zlib writes it.</summary>
internal sealed unsafe class ZlibUnpacker : IUnpacker
{
    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> into)
    {
        // A span without bytes has no address.
        if (packed.IsEmpty)
        {
            return false;
        }

        fixed (byte* bytes = packed)
        {
            using var source = new UnmanagedMemoryStream(bytes, packed.Length);
            using Stream zlib = Unpack(source);
            try
            {
                int count = zlib.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
                return count == into.Length && zlib.ReadByte() < 0;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }

    public Stream Unpack(Stream packed) => new ZLibStream(packed, CompressionMode.Decompress, leaveOpen: true);

    public void Dispose()
    {
    }
}
