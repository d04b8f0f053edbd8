namespace KsmTools.Tracing.TraceDat;

/// <summary>Unpacks what a trace.dat file holds compressed.</summary>
internal interface IUnpacker : IDisposable
{
    /// <summary>Unpacks into a buffer that must be filled to the last byte.</summary>
    /// <returns>Whether the data is whole and has that length.</returns>
    bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> into);

    /// <summary>A stream that unpacks, for data whose length is not believed before it is there.</summary>
    Stream Unpack(Stream packed);
}
