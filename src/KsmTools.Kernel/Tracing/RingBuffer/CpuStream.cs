using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>The records of one CPU, in the order in which the CPU wrote them: of a file a few at a time, of a buffer that fills all that there are.</summary>
internal sealed class CpuStream(string path, int cpu, SubBufferSource source, SubBufferDecoder decoder, IDisposable? file = null) : IDisposable
{
    private const int BatchSize = 512;

    // A file may say that there are thousands of CPUs with an event each: memory comes with the events.
    private const int FirstBatchSize = 16;

    // How many sub-buffers without a wanted event are passed over before the caller is asked whether to go on.
    private const int PagesAtOnce = 64;

    // How much of a buffer that fills is read before the other CPUs have their turn; also what bounds the memory.
    private const int PagesOfRound = 16;

    private TraceRecord[] _records = [];
    private int _next;
    private int _count;
    private bool _hasPage;
    private long _decoded;

    // What the source had counted when the marks had told all of it, less what they told; null where nobody knows of what was lost before.
    private long? _toldBefore = source.IsUnread ? 0 : null;

    public SubBufferSource Source => source;

    public SubBufferDecoder Decoder => decoder;

    /// <summary>Whether all records were given; of a buffer that fills, whether it can be read no more.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>What the CPU had counted when the recording ended, as a file says; null where it does not.</summary>
    public BufferCounts? Counts { get; init; }

    /// <summary>
    /// A mark, once all is read, that makes the marks of this CPU say what the counts do; null where they do, and where the counts are of more than is here: of events
    /// that somebody else had read, too.
    /// </summary>
    public TraceRecord? Correction =>
        Failure is null && Counts is { } counts && counts.Lost >= decoder.Lost.Events && counts.Entries + counts.Read == _decoded - decoder.Marks + decoder.OtherEvents + decoder.UnreadableEvents
            ? decoder.Lost.CorrectedTo(cpu, counts.Lost)
            : null;

    /// <summary>Why the stream ends early.</summary>
    public KsmToolsException? Failure { get; private set; }

    /// <summary>The records that are decoded and not taken yet.</summary>
    public ReadOnlySpan<TraceRecord> Records => _records.AsSpan(_next, _count - _next);

    /// <summary>The time of the first of them.</summary>
    public long NextTime => _records[_next].Timestamp;

    /// <summary>The time of the newest event, wanted or not, that <see cref="Drain"/> has read.</summary>
    public long LastTime { get; private set; } = long.MinValue;

    public void Take(int count) => _next += count;

    /// <summary>Decodes the next records once all are taken. Afterwards there are some, or the stream has ended, or it was a long stretch of other events.</summary>
    public void Fill()
    {
        if (_hasPage && _count == _records.Length && _count < BatchSize)
        {
            _records = new TraceRecord[_count * 2];
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
            _records = new TraceRecord[FirstBatchSize];
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
    public int FillInto(Span<TraceRecord> into)
    {
        int count = 0;
        for (int pages = 0; count == 0 && pages < PagesAtOnce && TryPage(); pages++)
        {
            count = Decode(into);
        }

        return count;
    }

    /// <summary>Decodes what there is in a buffer that fills, or a part of it, behind what was not taken yet.</summary>
    /// <param name="any">Whether there was anything.</param>
    /// <returns>Whether that was all.</returns>
    public bool Drain(out bool any)
    {
        any = false;
        if (_next > 0)
        {
            Records.CopyTo(_records);
            _count -= _next;
            _next = 0;
        }

        for (int pages = 0; pages < PagesOfRound && !IsEnded; pages++)
        {
            if (!source.TryNext())
            {
                Failure = source.Failure;
                IsEnded = Failure is not null;
                return true;
            }

            any = true;
            Begin();
            while (_hasPage)
            {
                if (_count == _records.Length)
                {
                    Array.Resize(ref _records, Math.Max(FirstBatchSize, _records.Length * 2));
                }

                _count += Decode(_records.AsSpan(_count));
            }

            LastTime = Math.Max(LastTime, decoder.LastTime);
        }

        return IsEnded;
    }

    public void Dispose()
    {
        source.Dispose();
        file?.Dispose();
    }

    private int Decode(Span<TraceRecord> into)
    {
        int count = decoder.Decode(source.Page, into);
        _decoded += count;
        if (decoder.IsDone)
        {
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

        Begin();
        return true;
    }

    private void Begin()
    {
        decoder.Start(source.Page, source.IsCut);
        _hasPage = true;
        if (decoder.HasLoss && source.CountLost() is { } lost)
        {
            CountLoss(lost);
        }
    }

    // The kernel's count has all that a mark means and perhaps what came since, which the next mark means, too: marks say what the count has grown by, so that no number is told
    // twice. Where nobody knows how much others were told before, and where somebody has cleared the buffer and the count with it, a mark without a number stays one.
    private void CountLoss(long lost)
    {
        long told = decoder.Lost.Events;
        if (_toldBefore is { } before && lost >= before + told)
        {
            decoder.CountLoss(lost - before - told);
        }
        else
        {
            _toldBefore = lost - told - decoder.LossOfMark;
        }
    }
}
