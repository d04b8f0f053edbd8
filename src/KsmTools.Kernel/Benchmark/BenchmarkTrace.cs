using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Benchmark;

/// <summary>A trace session of a benchmark's own. It records only while a trigger runs, and is read only afterwards: nothing else runs meanwhile.</summary>
internal sealed class BenchmarkTrace : IDisposable
{
    // A trigger may walk every page of the machine; what does not fit is counted as lost.
    private const long BytesOfAllBuffers = 128L << 20;
    private const long BytesOfOneBuffer = 16L << 20;
    private const long LeastBytesOfOneBuffer = 1L << 20;

    private readonly TemporarySession _temporary;
    private WalkReader? _reader;

    private BenchmarkTrace(TemporarySession temporary) => _temporary = temporary;

    /// <summary>Where the events come from.</summary>
    public RmapTraceSource Source => Session.Record.Source;

    /// <summary>The better sources and why they cannot be used.</summary>
    public IReadOnlyList<RmapSourceRefusal> Refusals => Session.Record.Refusals;

    /// <summary>What the session cannot see.</summary>
    public IReadOnlyList<string> NotCovered => Session.Record.NotCovered;

    /// <summary>Calls whose return probe the kernel missed so far; null where nobody counts.</summary>
    public long? MissedReturns => RmapTraceSession.Of(Session).MissedReturns;

    private TraceSession Session => _temporary.Session;

    /// <summary>Makes the session, stopped.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="source">The source.</param>
    /// <param name="pageType">The page type; the kernel filters by it where the source can.</param>
    /// <param name="command">The command that makes it.</param>
    /// <exception cref="KsmToolsException">It cannot be made; the kernel is as it was.</exception>
    public static BenchmarkTrace Start(KernelTree kernel, RmapTraceSource source, RmapPageType pageType, ActingCommand command) =>
        new(TemporarySession.Start(
            kernel,
            "benchmark",
            Math.Clamp(BytesOfAllBuffers / Environment.ProcessorCount, LeastBytesOfOneBuffer, BytesOfOneBuffer),
            new RmapTraceRequest { Source = source, PageTypes = [pageType], AcceptsAllPageTypes = true },
            command));

    /// <summary>Records from here on.</summary>
    /// <param name="pages">The pages that will be walked.</param>
    /// <param name="pageType">Their type.</param>
    /// <param name="symbols">The table for names.</param>
    public void Begin(BenchmarkPages pages, RmapPageType pageType, SymbolTable symbols)
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        _reader ??= _temporary.Open((session, command) => SessionReaders.Walks(session, symbols, until: null, command));
        _reader.Region = new PteRegion(pages.Start, pages.End, pageType);

        Session.Switch(on: true);
    }

    /// <summary>Stops recording and takes the walks of a trigger.</summary>
    /// <param name="walks">Takes them.</param>
    /// <param name="threadId">The trigger's thread.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void End(BenchmarkWalks walks, int threadId, CancellationToken cancellationToken)
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        Session.Switch(on: false);
        while (_reader!.Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
        {
            walks.Add(records, threadId);
        }

        walks.Complete();
        if (_reader.Failure is { } failure)
        {
            throw failure;
        }
    }

    public void Dispose() => _temporary.Dispose();
}
