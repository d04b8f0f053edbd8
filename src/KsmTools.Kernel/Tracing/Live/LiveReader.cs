using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.Live;

/// <summary>
/// Takes wanted events out of a session's buffers, in the order of time, as they come. Nothing is held back in memory: what is not taken in time
/// the kernel overwrites, counts, and marks in the next sub-buffer.
/// </summary>
internal sealed class LiveReader : IFollowingReader
{
    private const int BatchSize = 1024;

    private readonly BufferLock _taken;
    private readonly CpuStreams _cpus;
    private readonly LiveMerger _merger;
    private readonly BufferWait _wait;
    private readonly LiveThreadNames _threads;
    private readonly TraceRecord[] _batch = new TraceRecord[BatchSize];

    // All that was there before is read.
    private bool _isNow;

    /// <summary>Opens the buffers.</summary>
    /// <param name="session">The session.</param>
    /// <param name="wanted">The wanted events; those that the session has not are passed over.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <param name="until">Waits for more until this <see cref="System.Diagnostics.Stopwatch"/> time, <see cref="long.MaxValue"/> for ever; null gives what is there.</param>
    /// <param name="command">The command that reads.</param>
    /// <exception cref="KsmToolsException">The kernel refused, or a layout makes no sense; <see cref="ErrorReason.KnobBusy"/>: another command reads.</exception>
    public LiveReader(TraceSession session, WantedEvents wanted, SymbolTable symbols, long? until, ActingCommand command)
    {
        Path = session.Instance.Locate(string.Empty);
        Symbols = symbols;
        Until = until;
        SubBufferHeader header = SessionLayout.Header(session, out int size);
        _threads = new LiveThreadNames(session.Tracing, symbols);
        var context = new BufferContext
        {
            Header = header,
            Layouts = EventLayouts.From(SessionLayout.Formats(session), wanted, session.Instance.Locate("events")),
            Threads = _threads,
            Functions = SessionLayout.Functions(session, symbols),
            TimeUnit = TraceClock.UnitOf(session.Clock),
        };

        _taken = BufferLock.Take(session, command);
        var cpus = new List<CpuStream>();
        var descriptors = new List<int>();
        _cpus = new CpuStreams(cpus);
        try
        {
            // A recording that was killed may have left its own wish.
            session.Instance.WakeReadersAtOnce();
            foreach (int cpu in session.Instance.Cpus)
            {
                var source = LiveSubBuffers.Open(session.Instance, cpu, size);
                cpus.Add(new CpuStream(source.Path, cpu, source, context.Decoder(cpu)));
                descriptors.Add(source.Descriptor);
            }

            _wait = new BufferWait(descriptors);
        }
        catch
        {
            _cpus.Dispose();
            _taken.Dispose();
            throw;
        }

        _merger = new LiveMerger(cpus);
    }

    public string Path { get; }

    public TraceFormat Format => TraceFormat.Auto;

    public string? Kernel => null;

    public string? Machine => null;

    public SymbolTable Symbols { get; }

    public long? Until { get; }

    public long Position => _cpus.BytesRead;

    public long? Length => null;

    public uint Kinds => _cpus.Kinds;

    public long OtherEvents => _cpus.OtherEvents;

    public long UnreadableEvents => _cpus.UnreadableEvents;

    public string? FirstUnreadableEvent => _cpus.FirstUnreadableEvent;

    public KsmToolsException? Failure => _cpus.Failure;

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken) => Read(out records, Until, cancellationToken);

    public bool Read(out ReadOnlySpan<TraceRecord> records, long? until, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = _merger.Take(_batch);
            if (count == 0)
            {
                if (_isNow)
                {
                    _threads.Refresh();
                }

                if (_merger.Round())
                {
                    continue;
                }

                // Nothing was there, so that all that was held back is safe.
                count = _merger.Take(_batch);
            }

            records = _batch.AsSpan(0, count);
            if (count > 0)
            {
                return true;
            }

            if (Deadline.Left(until) is not (not 0 and var milliseconds) || Failure is not null)
            {
                return false;
            }

            _wait.Wait(milliseconds, cancellationToken);
            _isNow = true;
        }
    }

    public void Dispose()
    {
        _wait.Dispose();
        _cpus.Dispose();
        _taken.Dispose();
    }
}
