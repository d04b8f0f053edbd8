using ZstdSharp;

namespace KsmTools.Tracing.TraceDat;

/// <summary>Zstandard frames (RFC 8878); trace-cmd writes them without the length of their contents.</summary>
internal sealed class ZstdUnpacker : IUnpacker
{
    private readonly Decompressor _decompressor = new();

    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> into)
    {
        try
        {
            return _decompressor.Unwrap(packed, into) == into.Length;
        }
        catch (ZstdException)
        {
            return false;
        }
    }

    public Stream Unpack(Stream packed) => new DecompressionStream(packed, leaveOpen: true);

    public void Dispose() => _decompressor.Dispose();
}
