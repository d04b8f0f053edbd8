using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.Live;

/// <summary>One CPU's records that were read and not given yet.</summary>
/// <typeparam name="TRecord">What an event becomes.</typeparam>
internal sealed class LiveCpu<TRecord>(string path, int cpu, LiveSubBuffers source, SubBufferDecoder<TRecord> decoder) : IDisposable
    where TRecord : struct, ITraceRecord<TRecord>
{
    // How much is read before the other CPUs have their turn; also what bounds the memory.
    private const int PagesAtOnce = 16;
    private const int FirstRoom = 256;

    private TRecord[] _records = [];
    private int _next;
    private int _count;

    public LiveSubBuffers Source => source;

    public SubBufferDecoder<TRecord> Decoder => decoder;

    /// <summary>Why nothing more is read from it.</summary>
    public KsmToolsException? Failure { get; private set; }

    public ReadOnlySpan<TRecord> Records => _records.AsSpan(_next, _count - _next);

    public long NextTime => _records[_next].Timestamp;

    public void Take(int count) => _next += count;

    /// <summary>The time of the newest record that was read.</summary>
    public long LastTime { get; private set; } = long.MinValue;

    /// <summary>Reads what there is, or a part of it.</summary>
    /// <param name="any">Whether there was anything.</param>
    /// <returns>Whether that was all.</returns>
    public bool Drain(out bool any)
    {
        any = false;
        if (Failure is not null)
        {
            return true;
        }

        Compact();
        for (int pages = 0; pages < PagesAtOnce; pages++)
        {
            if (!source.TryNext())
            {
                Failure = source.Failure;
                return true;
            }

            any = true;
            Decode();
            if (Failure is not null)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => source.Dispose();

    private void Decode()
    {
        decoder.Start(source.Page, isCut: false);
        while (!decoder.IsDone)
        {
            if (_count == _records.Length)
            {
                Array.Resize(ref _records, Math.Max(FirstRoom, _records.Length * 2));
            }

            _count += decoder.Decode(source.Page, _records.AsSpan(_count));
        }

        if (_count > _next)
        {
            LastTime = Math.Max(LastTime, _records[_count - 1].Timestamp);
        }

        if (decoder.Fault != SubBufferFault.None)
        {
            Failure = RingBufferFailure.Corrupt(path, source.Place(decoder.FaultOffset), decoder.Fault, cpu);
        }
    }

    private void Compact()
    {
        if (_next == 0)
        {
            return;
        }

        Records.CopyTo(_records);
        _count -= _next;
        _next = 0;
    }
}
