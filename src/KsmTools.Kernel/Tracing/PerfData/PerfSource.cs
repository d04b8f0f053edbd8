using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Tracing.PerfData;

/// <summary>The records of a file one after the other, those that perf compressed where their bytes are.</summary>
internal sealed class PerfSource : IDisposable
{
    private readonly PerfBytes _bytes;
    private readonly ByteOrder _order;
    private readonly PerfRecords _records;
    private PerfInflater? _inflater;
    private PerfRecords? _inflated;

    /// <summary>Begins to read records.</summary>
    /// <param name="path">What messages call the file.</param>
    /// <param name="bytes">Where they are.</param>
    /// <param name="order">The recording machine's byte order.</param>
    public PerfSource(string path, PerfBytes bytes, ByteOrder order)
    {
        Path = path;
        _bytes = bytes;
        _order = order;
        _records = new PerfRecords(bytes, order);
        Current = _records;
    }

    public string Path { get; }

    /// <summary>The record; valid until the next one is asked for.</summary>
    public PerfRecords Current { get; private set; }

    /// <summary>Whether the record was compressed: nothing in there is followed by bytes of its own, and nothing has a place in the file.</summary>
    public bool IsInflated => Current == _inflated;

    /// <summary>Where the record begins in the file, or the compressed one that it ends in.</summary>
    public long Offset => _records.Offset;

    /// <summary>Bytes that were read.</summary>
    public long BytesRead => _bytes.Position;

    /// <summary>Whether a read may wait for somebody else.</summary>
    public bool MayWait => _bytes.MayWait;

    /// <summary>Goes to the next record.</summary>
    /// <exception cref="ZstdSharp.ZstdException">What was compressed is damaged.</exception>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public PerfFraming Next() => _inflated is null ? _records.Next() : Next(_inflated);

    private PerfFraming Next(PerfRecords inflated)
    {
        Current = inflated;
        PerfFraming inside = inflated.Next();
        if (inside is PerfFraming.Record or PerfFraming.TooShort)
        {
            return inside;
        }

        Current = _records;
        return _records.Next();
    }

    /// <summary>Has the next records come from compressed bytes, which belong to the record.</summary>
    public void Inflate(ArraySegment<byte> packed)
    {
        if (_inflater is null)
        {
            _inflater = new PerfInflater();
            _inflated = new PerfRecords(_inflater, _order);
        }

        _inflater.Feed(packed);
    }

    /// <summary>Why there are no more records although there should be, once there are none; null where they end as they should.</summary>
    /// <param name="isCut">Whether they end in the middle of one.</param>
    public KsmToolsException? FailureAtEnd(bool isCut)
    {
        if (_bytes.Failure is { } failure)
        {
            return failure;
        }

        if (!isCut && _inflated is not { IsPartial: true })
        {
            return null;
        }

        // All of a section is there; where it ends in the middle of a record, the record lies.
        return _bytes.IsSection ? PerfDataFailure.Corrupt(Path, Offset, Messages.ReasonOutsideSection) : PerfDataFailure.Cut(Path, Offset);
    }

    public void Dispose() => _inflater?.Dispose();
}
