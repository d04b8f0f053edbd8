namespace KsmTools.Potential;

/// <summary>
/// For each page that was read, in order, the number of its content, whether its frame was a new one, and whether it is one of <see cref="SharedFrames"/>: 4 bytes.
/// </summary>
internal sealed class PageList
{
    private const int ChunkShift = 16;
    private const int NewFrame = int.MinValue;
    private const int SharedFrame = 1 << 30;

    private readonly List<int[]> _chunks = [];

    /// <summary>How many pages there are.</summary>
    public long Count { get; private set; }

    /// <summary>A page.</summary>
    public (int Content, bool IsNewFrame) this[long index]
    {
        get
        {
            int value = _chunks[(int)(index >> ChunkShift)][(int)index & ((1 << ChunkShift) - 1)];
            return (value & ~(NewFrame | SharedFrame), value < 0);
        }
    }

    /// <summary>Whether the frame of a page is one of <see cref="SharedFrames"/>, whose order says which.</summary>
    public bool IsShared(long index) => (_chunks[(int)(index >> ChunkShift)][(int)index & ((1 << ChunkShift) - 1)] & SharedFrame) != 0;

    /// <summary>Takes a page.</summary>
    /// <param name="content">The number of its content.</param>
    /// <param name="isNewFrame">Whether its frame was not met before.</param>
    /// <param name="isShared">Whether it is one of <see cref="SharedFrames"/>.</param>
    public void Add(int content, bool isNewFrame, bool isShared = false)
    {
        if (Count >> ChunkShift == _chunks.Count)
        {
            _chunks.Add(new int[1 << ChunkShift]);
        }

        _chunks[(int)(Count >> ChunkShift)][(int)Count & ((1 << ChunkShift) - 1)] = content | (isNewFrame ? NewFrame : 0) | (isShared ? SharedFrame : 0);
        Count++;
    }

    /// <summary>Forgets the pages from one on.</summary>
    public void Truncate(long count) => Count = count;
}
