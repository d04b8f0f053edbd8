namespace KsmTools.Tracing.TraceText;

/// <summary>How many lines of a kind there are, and the beginning of the first.</summary>
internal sealed class LineSample
{
    private const int Longest = 512;

    private readonly byte[] _first = new byte[Longest];
    private int _length;

    /// <summary>How many, or how many events on them.</summary>
    public long Count { get; private set; }

    /// <summary>The first one, shortened.</summary>
    public ReadOnlySpan<byte> First => _first.AsSpan(0, _length);

    /// <summary>How many lines of the block come before the first one.</summary>
    public long LinesBefore { get; private set; }

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="linesBefore">How many lines of the block come before it.</param>
    /// <param name="count">For how many it counts; may be none.</param>
    public void Add(ReadOnlySpan<byte> line, long linesBefore, int count = 1)
    {
        if (Count == 0 && count > 0)
        {
            LinesBefore = linesBefore;
            _length = Math.Min(line.Length, Longest);
            line[.._length].CopyTo(_first);
        }

        Count += count;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
    }
}
