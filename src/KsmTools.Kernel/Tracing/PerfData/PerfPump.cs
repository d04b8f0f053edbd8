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

    private readonly PerfDecoder _decoder;
    private readonly PerfParts? _parts;
    private PerfSource _source;
    private bool _ended;

    /// <summary>Begins to read records.</summary>
    /// <param name="source">Where they are; of a recording in parts those that come before any part.</param>
    /// <param name="decoder">What decodes them.</param>
    /// <param name="parts">The parts; null where there are none.</param>
    public PerfPump(PerfSource source, PerfDecoder decoder, PerfParts? parts = null)
    {
        _source = source;
        _decoder = decoder;
        _parts = parts;
    }

    /// <summary>Why the records end early, once <see cref="Fill"/> has given all that is whole.</summary>
    public KsmToolsException? Failure { get; private set; }

    /// <summary>Bytes that were read.</summary>
    public long BytesRead => _parts?.BytesRead ?? _source.BytesRead;

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
            else if (_ended || passed > RecordsAtOnce || (filled > 0 && _source.MayWait))
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

    public void Dispose()
    {
        _source.Dispose();
        _parts?.Dispose();
    }

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
            Corrupt(Messages.ReasonUnpack);
        }
        catch (KsmToolsException failure)
        {
            Stop(failure);
        }

        return count;
    }

    private void Next()
    {
        PerfFraming framing = _source.Next();
        if (framing == PerfFraming.Record)
        {
            Handle(_source.Current);
        }
        else if (framing == PerfFraming.TooShort)
        {
            Corrupt(_source.IsInflated ? Messages.ReasonUnpack : Messages.ReasonRecordHeader);
        }
        else
        {
            Stop(_source.FailureAtEnd(framing == PerfFraming.Cut));
        }
    }

    private void Handle(PerfRecords record)
    {
        switch (record.Type)
        {
            case PerfRecordType.FinishedRound when _parts is null:
                _decoder.Queue.EndRound();
                return;
            case PerfRecordType.Attribute when !_source.IsInflated:
                if (_decoder.AddAttribute(record.Record[PerfRecords.HeaderLength..], withIds: true) == 0)
                {
                    Corrupt(Messages.ReasonAttribute);
                }

                return;
            case PerfRecordType.TracingData when !_source.IsInflated:
                TracingData(record);
                return;
            case PerfRecordType.AuxTrace when !_source.IsInflated:
                AuxTrace(record);
                return;
            case PerfRecordType.Compressed or PerfRecordType.Compressed2 when !_source.IsInflated:
                Inflate(record, record.Type == PerfRecordType.Compressed2);
                return;
        }

        PerfQueue queue = _decoder.Queue;
        queue.Relieve();
        int before = queue.Count;
        if (_decoder.Decode(record.Type, record.Misc, record.Record) is { } fault)
        {
            Corrupt(fault);
        }
        else if (_parts is not null && queue.Count > before)
        {
            _source = _parts.Advance(queue);
        }
    }

    // struct: u32 size; then so many bytes.
    private void TracingData(PerfRecords record)
    {
        const int Size = 8;
        if (record.Record.Length < Size + 4 || _decoder.Order.UInt32(record.Record, Size) is var size && size > LargestTracingData)
        {
            Corrupt(Messages.ReasonTracingDataSize);
            return;
        }

        long offset = _source.Offset;
        byte[] bytes = record.Following((int)size);
        if (bytes.Length < size)
        {
            Stop(_source.FailureAtEnd(isCut: true));
            return;
        }

        _decoder.SetTracingData(PerfTracingData.Read(_source.Path, _decoder.Wanted, bytes, offset));
    }

    // struct: u64 size, offset, reference; u32 idx, tid, cpu; then so many bytes.
    private void AuxTrace(PerfRecords record)
    {
        const int Size = 8;
        if (record.Record.Length < Size + 8)
        {
            Corrupt(Messages.ReasonRecordTooShort);
        }
        else if (!record.SkipFollowing(_decoder.Order.UInt64(record.Record, Size)))
        {
            Stop(_source.FailureAtEnd(isCut: true));
        }
    }

    // struct: the data; or, so that the next record is aligned, u64 data_size, the data, and padding.
    private void Inflate(PerfRecords record, bool isPadded)
    {
        const int Data = 8, PaddedData = 16;
        ArraySegment<byte> packed = record.Segment[Data..];
        if (isPadded)
        {
            int room = packed.Count - (PaddedData - Data);
            ulong size = room < 0 ? 0 : _decoder.Order.UInt64(record.Record, Data);
            if (room < 0 || size > (ulong)room)
            {
                Corrupt(Messages.ReasonUnpackedSize);
                return;
            }

            packed = packed.Slice(PaddedData - Data, (int)size);
        }

        _source.Inflate(packed);
    }

    private void Corrupt(string reason) => Stop(PerfDataFailure.Corrupt(_source.Path, _source.Offset, reason));

    // What one part has lost is no reason to leave out the others.
    private void Stop(KsmToolsException? failure)
    {
        Failure ??= failure;
        if (_parts?.End(_decoder) is { } next)
        {
            _source = next;
            return;
        }

        _ended = true;
        if (Failure is null)
        {
            _decoder.End();
        }

        _decoder.Queue.End();
    }
}
