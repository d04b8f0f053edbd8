namespace KsmTools.Potential;

/// <summary>A list of 32-bit numbers that grows without being moved, and beyond what an array holds.</summary>
internal sealed class NumberList
{
    private const int ChunkShift = 16;

    private readonly List<int[]> _chunks = [];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>One of them.</summary>
    public int this[long index] => _chunks[(int)(index >> ChunkShift)][(int)index & ((1 << ChunkShift) - 1)];

    /// <summary>Takes one.</summary>
    public void Add(int number)
    {
        if (Count >> ChunkShift == _chunks.Count)
        {
            _chunks.Add(new int[1 << ChunkShift]);
        }

        _chunks[(int)(Count >> ChunkShift)][(int)Count & ((1 << ChunkShift) - 1)] = number;
        Count++;
    }

    /// <summary>Forgets those from one on.</summary>
    public void Truncate(long count) => Count = count;
}
