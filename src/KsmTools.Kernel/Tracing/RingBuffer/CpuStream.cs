using KsmTools.Errors;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>The records of one CPU, a few at a time, in the order in which the CPU wrote them.</summary>
internal sealed class CpuStream(string path, int cpu, SubBufferSource source, SubBufferDecoder decoder, IDisposable? file = null) : IDisposable
{
    private const int BatchSize = 512;

    // How many sub-buffers without an rmap event are passed over before the caller is asked whether to go on.
    private const int PagesAtOnce = 64;

    private RmapRecord[] _records = [];
    private int _next;
    private int _count;
    private bool _hasPage;

    public SubBufferSource Source => source;

    public SubBufferDecoder Decoder => decoder;

    /// <summary>Whether all records were given.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Why the stream ends early.</summary>
    public KsmToolsException? Failure { get; private set; }

    /// <summary>The records that are decoded and not taken yet.</summary>
    public ReadOnlySpan<RmapRecord> Records => _records.AsSpan(_next, _count - _next);

    /// <summary>The time of the first of them.</summary>
    public long NextTime => _records[_next].Timestamp;

    public void Take(int count) => _next += count;

    /// <summary>Decodes the next records once all are taken. Afterwards there are some, or the stream has ended, or it was a long stretch of other events.</summary>
    public void Fill()
    {
        if (_records.Length == 0)
        {
            _records = new RmapRecord[BatchSize];
        }

        _next = 0;
        _count = 0;
        for (int pages = 0; _count == 0 && !IsEnded && pages < PagesAtOnce; pages++)
        {
            if (!_hasPage)
            {
                if (!source.TryNext())
                {
                    Failure = source.Failure;
                    IsEnded = true;
                    return;
                }

                decoder.Start(source.Page, source.IsCut);
                _hasPage = true;
            }

            _count = decoder.Decode(source.Page, _records);
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
    }

    public void Dispose()
    {
        source.Dispose();
        file?.Dispose();
    }
}
