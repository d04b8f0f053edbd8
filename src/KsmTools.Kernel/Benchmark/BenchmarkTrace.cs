using System.Globalization;
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

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static int _count;

    private readonly TraceSessions _sessions;
    private readonly TraceSession _session;
    private readonly ActingCommand _remover;
    private readonly ProcessEnd _end;
    private readonly Lock _gate = new();
    private WalkReader? _reader;
    private bool _over;

    private BenchmarkTrace(TraceSessions sessions, TraceSession session, ActingCommand remover, ProcessEnd end)
    {
        _sessions = sessions;
        _session = session;
        _remover = remover;
        _end = end;
    }

    /// <summary>Where the events come from.</summary>
    public RmapTraceSource Source => _session.Record.Source;

    /// <summary>The better sources and why they cannot be used.</summary>
    public IReadOnlyList<RmapSourceRefusal> Refusals => _session.Record.Refusals;

    /// <summary>What the session cannot see.</summary>
    public IReadOnlyList<string> NotCovered => _session.Record.NotCovered;

    /// <summary>Calls whose return probe the kernel missed so far; null where nobody counts.</summary>
    public long? MissedReturns => RmapTraceSession.Of(_session).MissedReturns;

    /// <summary>Makes the session, stopped.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="source">The source.</param>
    /// <param name="pageType">The page type; the kernel filters by it where the source can.</param>
    /// <param name="command">The command that makes it.</param>
    /// <exception cref="KsmToolsException">It cannot be made; the kernel is as it was.</exception>
    public static BenchmarkTrace Start(KernelTree kernel, RmapTraceSource source, RmapPageType pageType, ActingCommand command)
    {
        var request = new TraceSessionRequest
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"ksmtools-benchmark-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}"),
            Command = command.LockTimeout > LongestWait ? command : command with { LockTimeout = LongestWait },
            IsTemporary = true,
            BufferSize = Math.Clamp(BytesOfAllBuffers / Environment.ProcessorCount, LeastBytesOfOneBuffer, BytesOfOneBuffer),
        };
        var sessions = new TraceSessions(kernel);

        // Whoever makes a session meanwhile is soon done, and nobody is to be told of that, least of all on the thread of a signal.
        ActingCommand remover = new(command.Name) { LockTimeout = LongestWait };
        new TraceLeftovers(kernel).Remove(command.Name, remover);

        // Whatever the process ends in, it finds the session: by its name until there is an object for it.
        BenchmarkTrace? trace = null;
        var end = new ProcessEnd(() =>
        {
            if (trace is not null)
            {
                trace.Dispose();
            }
            else
            {
                sessions.RemoveIfThere(request.Name, remover);
            }
        });
        try
        {
            TraceSession session = new RmapTraces(kernel).Start(request, new RmapTraceRequest { Source = source, PageTypes = [pageType], AcceptsAllPageTypes = true });
            trace = new BenchmarkTrace(sessions, session, remover, end);
            session.Switch(on: false);
            return trace;
        }
        catch
        {
            trace?.Dispose();
            end.Dispose();
            throw;
        }
    }

    /// <summary>Records from here on.</summary>
    /// <param name="pages">The pages that will be walked.</param>
    /// <param name="pageType">Their type.</param>
    /// <param name="symbols">The table for names.</param>
    public void Begin(BenchmarkPages pages, RmapPageType pageType, SymbolTable symbols)
    {
        // What is open keeps a session from being removed.
        using ProcessEnd.Change change = ProcessEnd.Begin();
        _reader ??= SessionReaders.Walks(_session, symbols, until: null, _remover.Name);
        _reader.Region = new PteRegion(pages.Start, pages.End, pageType);

        _session.Switch(on: true);
    }

    /// <summary>Stops recording and takes the walks of a trigger.</summary>
    /// <param name="walks">Takes them.</param>
    /// <param name="threadId">The trigger's thread.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void End(BenchmarkWalks walks, int threadId, CancellationToken cancellationToken)
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        _session.Switch(on: false);
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

    public void Dispose()
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            _reader?.Dispose();
            try
            {
                _sessions.Remove(_session, _remover);
            }
            finally
            {
                _session.Hold?.Dispose();
                _end.Dispose();
            }
        }
    }
}
