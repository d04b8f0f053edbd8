using System.Runtime.InteropServices;
using System.Text;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>Writes numbers in this machine's byte order, which is also that of the sub-buffers it records, and texts.</summary>
/// <param name="stream">Where to.</param>
internal sealed class TraceDatNumbers(Stream stream)
{
    public TraceDatNumbers UInt16(ushort value) => Number(value);

    public TraceDatNumbers UInt32(uint value) => Number(value);

    public TraceDatNumbers UInt64(ulong value) => Number(value);

    public TraceDatNumbers Bytes(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        return this;
    }

    /// <summary>A text and the zero byte that ends it.</summary>
    public TraceDatNumbers Text(string text) => Bytes(Encoding.UTF8.GetBytes(text + '\0'));

    /// <summary>Bytes after their 64-bit length.</summary>
    public TraceDatNumbers Block(ReadOnlyMemory<byte> bytes) => UInt64((ulong)bytes.Length).Bytes(bytes.Span);

    /// <summary>Bytes after their 32-bit length.</summary>
    public TraceDatNumbers ShortBlock(ReadOnlyMemory<byte> bytes) => UInt32((uint)bytes.Length).Bytes(bytes.Span);

    private TraceDatNumbers Number<T>(T value)
        where T : unmanaged =>
        Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
}
