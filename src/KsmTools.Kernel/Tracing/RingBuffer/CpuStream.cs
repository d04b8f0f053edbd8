using KsmTools.Errors;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>The records of one CPU, a few at a time, in the order in which the CPU wrote them.</summary>
/// <typeparam name="TRecord">What an event becomes.</typeparam>
internal sealed class CpuStream<TRecord>(
    string path, int cpu, SubBufferSource source, SubBufferDecoder<TRecord> decoder, IDisposable? file = null) : IDisposable
    where TRecord : struct, ITraceRecord<TRecord>
{
    private const int BatchSize = 512;

    // A file may say that there are thousands of CPUs with an event each: memory comes with the events.
    private const int FirstBatchSize = 16;

    // How many sub-buffers without a wanted event are passed over before the caller is asked whether to go on.
    private const int PagesAtOnce = 64;

    private TRecord[] _records = [];
    private int _next;
    private int _count;
    private bool _hasPage;

    public SubBufferSource Source => source;

    public SubBufferDecoder<TRecord> Decoder => decoder;

    /// <summary>Whether all records were given.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Why the stream ends early.</summary>
    public KsmToolsException? Failure { get; private set; }

    /// <summary>The records that are decoded and not taken yet.</summary>
    public ReadOnlySpan<TRecord> Records => _records.AsSpan(_next, _count - _next);

    /// <summary>The time of the first of them.</summary>
    public long NextTime => _records[_next].Timestamp;

    public void Take(int count) => _next += count;

    /// <summary>Decodes the next records once all are taken. Afterwards there are some, or the stream has ended, or it was a long stretch of other events.</summary>
    public void Fill()
    {
        if (_hasPage && _count == _records.Length && _count < BatchSize)
        {
            _records = new TRecord[_count * 2];
        }

        _next = 0;
        _count = 0;
        if (!TryPage())
        {
            _records = [];
            return;
        }

        if (_records.Length == 0)
        {
            _records = new TRecord[FirstBatchSize];
        }

        _count = FillInto(_records);
        if (IsEnded && _count == 0)
        {
            _records = [];
        }
    }

    /// <summary>Decodes the next records past this stream's own batch, which must be empty.</summary>
    /// <param name="into">Filled from the start.</param>
    /// <returns>How many were filled; may be 0 before the end.</returns>
    public int FillInto(Span<TRecord> into)
    {
        int count = 0;
        for (int pages = 0; count == 0 && pages < PagesAtOnce && TryPage(); pages++)
        {
            count = decoder.Decode(source.Page, into);
            if (!decoder.IsDone)
            {
                continue;
            }

            _hasPage = false;
            if (decoder.Fault != SubBufferFault.None)
            {
                Failure = source.IsCut && decoder.Fault == SubBufferFault.EventOutside
                    ? RingBufferFailure.Truncated(path, source.Place(decoder.FaultOffset), cpu)
                    : RingBufferFailure.Corrupt(path, source.Place(decoder.FaultOffset), decoder.Fault, cpu);
                IsEnded = true;
            }
        }

        return count;
    }

    // Whether there is a page to read on in.
    private bool TryPage()
    {
        if (_hasPage || IsEnded)
        {
            return _hasPage;
        }

        if (!source.TryNext())
        {
            Failure = source.Failure;
            IsEnded = true;
            return false;
        }

        decoder.Start(source.Page, source.IsCut);
        _hasPage = true;
        return true;
    }

    public void Dispose()
    {
        source.Dispose();
        file?.Dispose();
    }
}
