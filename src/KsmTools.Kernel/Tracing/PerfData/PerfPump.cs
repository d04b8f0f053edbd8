using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using ZstdSharp;

namespace KsmTools.Tracing.PerfData;

/// <summary>Gets records from a file, has them decoded, and gives out what is ready, in the order of time.</summary>
internal sealed class PerfPump : IRecordBatches, IDisposable
{
    // How many records without a wanted event are passed over before the caller is asked whether to go on.
    private const int RecordsAtOnce = 65_536;

    // As above, before the token is looked at.
    private const int RecordsBetweenLooks = 1024;

    // The formats of all events of a kernel are some megabytes.
    private const int LargestTracingData = 256 << 20;

    private readonly string _path;
    private readonly PerfBytes _bytes;
    private readonly PerfRecords _records;
    private readonly PerfDecoder _decoder;
    private PerfInflater? _inflater;
    private PerfRecords? _inflated;
    private bool _ended;

    /// <summary>Begins to read records.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Where they are.</param>
    /// <param name="decoder">What decodes them.</param>
    public PerfPump(string path, PerfBytes bytes, PerfDecoder decoder)
    {
        _path = path;
        _bytes = bytes;
        _records = new PerfRecords(bytes, decoder.Order);
        _decoder = decoder;
    }

    /// <summary>Why the records end early, once <see cref="Fill"/> has given all that is whole.</summary>
    public KsmToolsException? Failure { get; private set; }

    /// <summary>Bytes that were read.</summary>
    public long BytesRead => _bytes.Position;

    /// <inheritdoc/>
    public int Fill(Span<TraceRecord> into, out bool isEnded, CancellationToken cancellationToken)
    {
        int filled = 0;
        int passed = 0;
        while (filled < into.Length)
        {
            if (_decoder.Queue.HasReady)
            {
                filled += Take(into[filled..]);
            }
            else if (_ended || passed > RecordsAtOnce || (filled > 0 && _bytes.MayWait))
            {
                // What a pipe gave is passed on before it is waited for more.
                break;
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                passed += Get();
            }
        }

        isEnded = _ended && !_decoder.Queue.HasReady;
        return filled;
    }

    public void Dispose() => _inflater?.Dispose();

    private int Take(Span<TraceRecord> into)
    {
        PerfQueue queue = _decoder.Queue;
        PerfThreads threads = _decoder.Threads;
        int filled = 0;
        while (filled < into.Length && queue.HasReady)
        {
            ref readonly PerfEntry entry = ref queue.Take();
            switch (entry.Kind)
            {
                case PerfEntryKind.Name:
                    threads.Name(entry.Record.ThreadId, entry.Record.Command);
                    break;
                case PerfEntryKind.Fork:
                    threads.Fork(entry.Record.ThreadId, entry.Parent);
                    break;
                default:
                    ref TraceRecord record = ref into[filled++];
                    record = entry.Record;
                    if (record.Kind != TraceRecordKind.Lost)
                    {
                        record.Command = threads.Find(record.ThreadId);
                    }

                    break;
            }
        }

        return filled;
    }

    // Gets records until some are ready, or the caller should be asked whether to go on; gives how many were looked at.
    private int Get()
    {
        int count = 0;
        try
        {
            while (!_ended && !_decoder.Queue.HasReady && count < RecordsBetweenLooks)
            {
                Next();
                count++;
            }
        }
        catch (ZstdException)
        {
            Corrupt(_records.Offset, Messages.ReasonUnpack);
        }
        catch (KsmToolsException failure)
        {
            Stop(failure);
        }

        return count;
    }

    private void Next()
    {
        if (_inflated is not null)
        {
            PerfFraming inside = _inflated.Next();
            if (inside == PerfFraming.Record)
            {
                Handle(_inflated, -1);
                return;
            }

            if (inside == PerfFraming.TooShort)
            {
                Corrupt(_records.Offset, Messages.ReasonUnpack);
                return;
            }
        }

        PerfFraming framing = _records.Next();
        if (framing == PerfFraming.Record)
        {
            Handle(_records, _records.Offset);
        }
        else if (framing == PerfFraming.TooShort)
        {
            Corrupt(_records.Offset, Messages.ReasonRecordHeader);
        }
        else
        {
            End(framing == PerfFraming.Cut);
        }
    }

    // The offset is negative inside of compressed data: nothing there has a place in the file.
    private void Handle(PerfRecords records, long offset)
    {
        switch (records.Type)
        {
            case PerfRecordType.FinishedRound:
                _decoder.Queue.EndRound();
                return;
            case PerfRecordType.Attribute when offset >= 0:
                if (_decoder.AddAttribute(records.Record[PerfRecords.HeaderLength..], withIds: true) == 0)
                {
                    Corrupt(offset, Messages.ReasonAttribute);
                }

                return;
            case PerfRecordType.TracingData when offset >= 0:
                TracingData(offset);
                return;
            case PerfRecordType.AuxTrace when offset >= 0:
                AuxTrace(offset);
                return;
            case PerfRecordType.Compressed or PerfRecordType.Compressed2 when offset >= 0:
                Inflate(offset, records.Type == PerfRecordType.Compressed2);
                return;
        }

        _decoder.Queue.Relieve();
        string? fault = _decoder.Decode(records.Type, records.Misc, records.Record);
        if (fault is not null)
        {
            Corrupt(offset < 0 ? _records.Offset : offset, fault);
        }
    }

    // struct: u32 size; then so many bytes.
    private void TracingData(long offset)
    {
        const int Size = 8;
        if (_records.Record.Length < Size + 4 || _decoder.Order.UInt32(_records.Record, Size) is var size && size > LargestTracingData)
        {
            Corrupt(offset, Messages.ReasonTracingDataSize);
            return;
        }

        byte[] bytes = _records.Following((int)size);
        if (bytes.Length < size)
        {
            End(isCut: true);
            return;
        }

        _decoder.SetTracingData(PerfTracingData.Read(_path, _decoder.Wanted, bytes, offset));
    }

    // struct: u64 size, offset, reference; u32 idx, tid, cpu; then so many bytes.
    private void AuxTrace(long offset)
    {
        const int Size = 8;
        if (_records.Record.Length < Size + 8)
        {
            Corrupt(offset, Messages.ReasonRecordTooShort);
        }
        else if (!_records.SkipFollowing(_decoder.Order.UInt64(_records.Record, Size)))
        {
            End(isCut: true);
        }
    }

    // struct: the data; or, so that the next record is aligned, u64 data_size, the data, and padding.
    private void Inflate(long offset, bool isPadded)
    {
        const int Data = 8, PaddedData = 16;
        ArraySegment<byte> packed = _records.Segment[Data..];
        if (isPadded)
        {
            int room = packed.Count - (PaddedData - Data);
            ulong size = room < 0 ? 0 : _decoder.Order.UInt64(_records.Record, Data);
            if (room < 0 || size > (ulong)room)
            {
                Corrupt(offset, Messages.ReasonUnpackedSize);
                return;
            }

            packed = packed.Slice(PaddedData - Data, (int)size);
        }

        if (_inflater is null)
        {
            _inflater = new PerfInflater();
            _inflated = new PerfRecords(_inflater, _decoder.Order);
        }

        _inflater.Feed(packed);
    }

    private void End(bool isCut)
    {
        // All of a section is there; where it ends in the middle of a record, the record lies.
        long here = _records.Offset;
        isCut |= _inflated is { IsPartial: true };
        Stop(_bytes.Failure
            ?? (!isCut ? null
                : _bytes.IsSection ? PerfDataFailure.Corrupt(_path, here, Messages.ReasonOutsideSection)
                : PerfDataFailure.Cut(_path, here)));
    }

    private void Corrupt(long offset, string reason) => Stop(PerfDataFailure.Corrupt(_path, offset, reason));

    private void Stop(KsmToolsException? failure)
    {
        Failure = failure;
        _ended = true;
        if (failure is null)
        {
            _decoder.End();
        }

        _decoder.Queue.End();
    }
}
