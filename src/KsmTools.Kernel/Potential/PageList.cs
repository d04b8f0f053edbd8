namespace KsmTools.Potential;

/// <summary>For each page that was read, in order, the number of its content and whether its frame was a new one: 4 bytes.</summary>
internal sealed class PageList
{
    private const int ChunkShift = 16;
    private const int NewFrame = int.MinValue;

    private readonly List<int[]> _chunks = [];

    /// <summary>How many pages there are.</summary>
    public long Count { get; private set; }

    /// <summary>A page.</summary>
    public (int Content, bool IsNewFrame) this[long index]
    {
        get
        {
            int value = _chunks[(int)(index >> ChunkShift)][(int)index & ((1 << ChunkShift) - 1)];
            return (value & ~NewFrame, value < 0);
        }
    }

    /// <summary>Takes a page.</summary>
    public void Add(int content, bool isNewFrame)
    {
        if (Count >> ChunkShift == _chunks.Count)
        {
            _chunks.Add(new int[1 << ChunkShift]);
        }

        _chunks[(int)(Count >> ChunkShift)][(int)Count & ((1 << ChunkShift) - 1)] = content | (isNewFrame ? NewFrame : 0);
        Count++;
    }

    /// <summary>Forgets the pages from one on.</summary>
    public void Truncate(long count) => Count = count;
}
