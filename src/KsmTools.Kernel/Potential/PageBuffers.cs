namespace KsmTools.Potential;

/// <summary>
/// Memory that pages are read into, one piece for each thread, so that what a thread writes next is still in its processor's cache.
/// </summary>
/// <param name="pageSize">Bytes of a page.</param>
internal sealed class PageBuffers(int pageSize) : IDisposable
{
    private const int Bytes = 1 << 18;

    private readonly ThreadLocal<byte[]> _buffers = new(() => GC.AllocateUninitializedArray<byte>(Math.Max(Bytes, pageSize), pinned: true));

    /// <summary>Bytes of a page.</summary>
    public int PageSize => pageSize;

    /// <summary>Pages that each piece has room for.</summary>
    public int PageCount { get; } = Math.Max(Bytes / pageSize, 1);

    /// <summary>The calling thread's piece.</summary>
    public Span<byte> OfThisThread => _buffers.Value;

    public void Dispose() => _buffers.Dispose();
}
