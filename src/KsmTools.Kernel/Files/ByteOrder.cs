using System.Runtime.InteropServices;

namespace KsmTools.Files;

/// <summary>The byte order of the machine that wrote something, where it need not be known when code is compiled.</summary>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
internal readonly record struct ByteOrder(bool IsBigEndian)
{
    /// <summary>This machine's.</summary>
    public static ByteOrder Own => new(!BitConverter.IsLittleEndian);

    /// <summary>The number at an offset; one outside is an exception, as of a span.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="offset">The offset.</param>
    public ushort UInt16(ReadOnlySpan<byte> bytes, int offset = 0)
    {
        ref byte at = ref At(bytes, offset, sizeof(ushort));
        return IsBigEndian ? BigEndian.UInt16(ref at) : LittleEndian.UInt16(ref at);
    }

    /// <inheritdoc cref="UInt16"/>
    public uint UInt32(ReadOnlySpan<byte> bytes, int offset = 0)
    {
        ref byte at = ref At(bytes, offset, sizeof(uint));
        return IsBigEndian ? BigEndian.UInt32(ref at) : LittleEndian.UInt32(ref at);
    }

    /// <inheritdoc cref="UInt16"/>
    public ulong UInt64(ReadOnlySpan<byte> bytes, int offset = 0)
    {
        ref byte at = ref At(bytes, offset, sizeof(ulong));
        return IsBigEndian ? BigEndian.UInt64(ref at) : LittleEndian.UInt64(ref at);
    }

    private static ref byte At(ReadOnlySpan<byte> bytes, int offset, int size) => ref MemoryMarshal.GetReference(bytes.Slice(offset, size));
}
