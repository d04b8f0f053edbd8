using KsmTools.Errors;

namespace KsmTools.Tracing.TraceDat;

/// <summary>Chunks of one CPU that were unpacked one after another, in memory that is used again.</summary>
/// <param name="size">Bytes that it takes, unless its first chunk alone is larger.</param>
internal sealed class ChunkBatch(int size)
{
    // A file may be full of chunks that hold nothing.
    private const int MostChunks = 256;

    private readonly List<Chunk> _chunks = [];
    private byte[] _bytes = [];
    private int _filled;

    public IReadOnlyList<Chunk> Chunks => _chunks;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _filled);

    /// <summary>Whether there is none after it, because the data ends or for <see cref="Failure"/>.</summary>
    public bool IsLast { get; set; }

    /// <summary>Why there is no further chunk although there should be.</summary>
    public KsmToolsException? Failure { get; set; }

    /// <summary>Bytes of the file that were read for it.</summary>
    public long BytesRead { get; set; }

    /// <summary>Whether another chunk as long as the one before still belongs to it.</summary>
    public bool HasRoom => _chunks.Count == 0 || (_chunks.Count < MostChunks && _filled + _chunks[^1].Length <= size);

    public void Clear()
    {
        _chunks.Clear();
        _filled = 0;
        BytesRead = 0;
    }

    /// <summary>Memory for one more chunk.</summary>
    public Span<byte> Room(int length)
    {
        if (_bytes.Length - _filled < length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(size, _filled + length));
            Bytes.CopyTo(larger);
            _bytes = larger;
        }

        return _bytes.AsSpan(_filled, length);
    }

    /// <summary>Takes what was written to <see cref="Room"/> as a chunk.</summary>
    public void Add(long at, int length)
    {
        _chunks.Add(new Chunk(at, _filled, length));
        _filled += length;
    }
}

/// <summary>An unpacked chunk: where it is in the file, and where in its batch.</summary>
internal readonly record struct Chunk(long At, int Start, int Length)
{
    public int End => Start + Length;
}
