using KsmTools.Records;

namespace KsmTools.Tracing.TraceText;

/// <summary>A stretch of whole lines and what was read from it. Its storage is used again for the next stretch.</summary>
internal sealed class TextBlock
{
    private TraceRecord[] _records = new TraceRecord[256];

    /// <summary>The text; at least <see cref="NativeLine.Reach"/> longer than <see cref="Length"/>.</summary>
    public byte[] Text { get; set; } = [];

    /// <summary>Bytes of the text that count.</summary>
    public int Length { get; set; }

    /// <summary>Whether the text ends without a newline, as only the end of a file does.</summary>
    public bool EndsOpen { get; set; }

    public int Count { get; private set; }

    public ReadOnlySpan<TraceRecord> Records => _records.AsSpan(0, Count);

    /// <summary>Lines of the text that were read.</summary>
    public long Lines { get; set; }

    /// <summary>Events of any kind, each with its thread, CPU and time.</summary>
    public long EventLines { get; set; }

    /// <summary>Those of them that are not wanted.</summary>
    public long OtherEvents { get; set; }

    /// <summary>The kinds of records, but for walks' that were read the short way; a bit each.</summary>
    public uint Kinds { get; set; }

    /// <summary>Of each CPU that has an event here, whether a call chain that comes next is that of a wanted one. Only where chains are wanted.</summary>
    public Dictionary<int, bool> OwnsNext { get; } = [];

    /// <summary>The records that are chains whose event is in a block before, by their places.</summary>
    public List<int> UnsureStacks { get; } = [];

    /// <summary>Whether there is a header that only a trace has.</summary>
    public bool HasHeader { get; set; }

    /// <summary>Lines that belong to no trace.</summary>
    public LineSample Unknown { get; } = new();

    /// <summary>Lines of wanted events that were not read.</summary>
    public LineSample Unreadable { get; } = new();

    /// <summary>Lines before the text that were too long to be looked at.</summary>
    public LineSample TooLong { get; } = new();

    /// <summary>Whether the last line is cut off.</summary>
    public bool IsCut { get; set; }

    /// <summary>What went wrong while the block was filled.</summary>
    public Exception? Failure { get; set; }

    public void Clear()
    {
        Count = 0;
        Lines = 0;
        EventLines = 0;
        OtherEvents = 0;
        Kinds = 0;
        HasHeader = false;
        Unknown.Clear();
        Unreadable.Clear();
        TooLong.Clear();
        IsCut = false;
        OwnsNext.Clear();
        UnsureStacks.Clear();
        Failure = null;
    }

    /// <summary>The next records to fill, at least one; <see cref="Keep"/> makes them count.</summary>
    public Span<TraceRecord> Room()
    {
        if (Count == _records.Length)
        {
            Array.Resize(ref _records, _records.Length * 2);
        }

        return _records.AsSpan(Count);
    }

    /// <summary>The next records are events.</summary>
    public void Keep(int events)
    {
        Count += events;
        EventLines += events;
    }

    /// <summary>Takes a record away: the chain of an event that is not wanted.</summary>
    public void Remove(int index)
    {
        _records.AsSpan((index + 1)..Count).CopyTo(_records.AsSpan(index));
        Count--;
        OtherEvents++;
    }

    /// <summary>The next record is a mark that events were lost.</summary>
    public void KeepMark() => Count++;
}
