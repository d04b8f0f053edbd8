using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>
/// Takes the records out of a session's buffers, in the order of time, as they come. Nothing is held back in memory: what is not taken in time
/// the kernel overwrites, counts, and marks in the next sub-buffer.
/// </summary>
/// <typeparam name="TRecord">What an event becomes.</typeparam>
internal sealed class LiveBuffer<TRecord> : IDisposable
    where TRecord : struct, ITraceRecord<TRecord>
{
    private const int BatchSize = 1024;

    private readonly LiveCpu<TRecord>[] _cpus;
    private readonly LiveMerger<TRecord> _merger;
    private readonly BufferWait _wait;
    private readonly TRecord[] _batch = new TRecord[BatchSize];

    /// <summary>Opens the buffers.</summary>
    /// <param name="session">The session.</param>
    /// <param name="subBufferSize">Bytes of a sub-buffer.</param>
    /// <param name="decoderOf">A decoder for each CPU.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public LiveBuffer(TraceSession session, int subBufferSize, Func<int, SubBufferDecoder<TRecord>> decoderOf)
    {
        var cpus = new List<LiveCpu<TRecord>>();

        // A recording that was killed may have left its own wish.
        session.Instance.WakeReadersAtOnce();
        try
        {
            foreach (int cpu in session.Instance.Cpus)
            {
                var source = LiveSubBuffers.Open(session.Instance, cpu, subBufferSize);
                cpus.Add(new LiveCpu<TRecord>(source.Path, cpu, source, decoderOf(cpu)));
            }

            _wait = new BufferWait(cpus.Select(cpu => cpu.Source.Descriptor));
        }
        catch
        {
            cpus.ForEach(cpu => cpu.Dispose());
            throw;
        }

        _cpus = [.. cpus];
        _merger = new LiveMerger<TRecord>(_cpus);
    }

    /// <summary>Bytes taken out so far.</summary>
    public long BytesRead => _cpus.Sum(cpu => cpu.Source.BytesRead);

    /// <summary>Wanted events that cannot be read.</summary>
    public long UnreadableEvents => _cpus.Sum(cpu => cpu.Decoder.UnreadableEvents);

    /// <summary>The first of them.</summary>
    public string? FirstUnreadableEvent => Array.Find(_cpus, cpu => cpu.Decoder.FirstUnreadableEvent is not null)?.Decoder.FirstUnreadableEvent;

    /// <summary>Why a CPU is not read any more.</summary>
    public KsmToolsException? Failure => Array.Find(_cpus, cpu => cpu.Failure is not null)?.Failure;

    /// <summary>The next records.</summary>
    /// <param name="records">Valid until the next call.</param>
    /// <param name="until">Waits for more until this <see cref="Stopwatch"/> time; null gives what is there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there were any before time was over.</returns>
    public bool Read(out ReadOnlySpan<TRecord> records, long? until, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = _merger.Take(_batch);
            if (count > 0)
            {
                records = _batch.AsSpan(0, count);
                return true;
            }

            if (_merger.Round())
            {
                continue;
            }

            count = _merger.Take(_batch);
            if (count > 0)
            {
                records = _batch.AsSpan(0, count);
                return true;
            }

            records = default;
            if (Deadline.Left(until) is not (not 0 and var milliseconds) || Failure is not null)
            {
                return false;
            }

            _wait.Wait(milliseconds, cancellationToken);
        }
    }

    public void Dispose()
    {
        _wait.Dispose();
        foreach (LiveCpu<TRecord> cpu in _cpus)
        {
            cpu.Dispose();
        }
    }
}
