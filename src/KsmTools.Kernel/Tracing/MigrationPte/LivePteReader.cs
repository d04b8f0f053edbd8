using System.Diagnostics;
using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>Reads walks out of the buffers of a session of migration events.</summary>
/// <param name="session">A session of migration events.</param>
/// <param name="symbols">A table to share with others.</param>
/// <param name="until">Waits for more until this <see cref="Stopwatch"/> time, <see cref="long.MaxValue"/> for ever; null gives what is there.</param>
/// <exception cref="KsmToolsException">They cannot be opened, or their layout makes no sense.</exception>
internal sealed class LivePteReader(TraceSession session, SymbolTable symbols, long? until)
    : LiveReader<EventRecord>(session, symbols, LiveEvents.Open(session, symbols, MigrationEvents.Wanted), until), IRmapReader
{
    // No walk has gone on for this long without coming to another entry; the longest seen, of 20,000 VMAs, had gaps of 32 ms.
    private static readonly TimeSpan OverAfter = TimeSpan.FromSeconds(2);

    private readonly PteRuns _runs = new(symbols, RuntimeInformation.ProcessArchitecture);

    /// <summary>The pages whose walks are wanted; null for all of them.</summary>
    public PteRegion? Region
    {
        get => _runs.Region;
        set => _runs.Region = value;
    }

    public TraceFormat Format => TraceFormat.Auto;

    public bool Read(out ReadOnlySpan<RmapRecord> records, CancellationToken cancellationToken)
    {
        _runs.Take();
        long? pause = Until is { } limit ? Math.Min(limit, Stopwatch.GetTimestamp() + (long)(OverAfter.TotalSeconds * Stopwatch.Frequency)) : null;
        if (Read(out ReadOnlySpan<EventRecord> events, pause, cancellationToken))
        {
            _runs.Add(events);
            records = _runs.Walks;
            return true;
        }

        _runs.Complete();
        records = _runs.Walks;
        bool isOver = Until is null || Failure is not null || (Until != long.MaxValue && Stopwatch.GetTimestamp() >= Until);
        return !isOver || !records.IsEmpty;
    }
}
