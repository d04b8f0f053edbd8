using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Tracing.Walks;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>
/// Makes walks of page-table entries: the entries of one page that a thread changes one after the other are one walk, from the first to the last of them. The
/// walk took at least that long; what it did before the first and after the last entry nobody sees.
/// </summary>
internal sealed class PteRuns
{
    // A thread migrates one page at a time; this many threads at once are none.
    private const int MaximumThreads = 16_384;

    private readonly Dictionary<int, Run> _runs = [];
    private readonly List<TraceRecord> _walks = [];
    private readonly Architecture _architecture;
    private readonly int[] _functions;
    private readonly int[] _callers;

    /// <param name="symbols">Takes the names of events and callers.</param>
    /// <param name="architecture">The traced machine's architecture.</param>
    public PteRuns(SymbolTable symbols, Architecture architecture)
    {
        _architecture = architecture;
        _functions = [symbols.Intern(MigrationEvents.Set), symbols.Intern(MigrationEvents.Remove)];
        _callers = [symbols.Intern("try_to_migrate"), symbols.Intern("remove_migration_ptes")];
    }

    /// <summary>The pages whose entries count; null for all of them.</summary>
    public PteRegion? Region { get; set; }

    /// <summary>Starts and ends, each pair together, in the order in which it turned out that the walks were over.</summary>
    public ReadOnlySpan<TraceRecord> Walks => CollectionsMarshal.AsSpan(_walks);

    /// <summary>Forgets the walks that were taken.</summary>
    public void Take() => _walks.Clear();

    /// <summary>Whether the trace has walks' own starts and ends, so that entries are not looked at.</summary>
    public bool IsExact { get; set; }

    /// <summary>Whether walks were made.</summary>
    public bool HasWalks { get; private set; }

    /// <summary>Whether a walk has begun that may not be over.</summary>
    public bool IsOpen => _runs.Count > 0;

    /// <summary>
    /// Adds the next events of a trace. A trace that has the walks' own starts and ends needs no other: from the first of them on they are passed on, and entries are
    /// not looked at.
    /// </summary>
    public void Add(ReadOnlySpan<TraceRecord> records)
    {
        foreach (ref readonly TraceRecord record in records)
        {
            switch (record.Kind)
            {
                case TraceRecordKind.UnmapEntry or TraceRecordKind.MapEntry:
                    if (!IsExact)
                    {
                        Add(record);
                    }

                    break;
                case TraceRecordKind.Walk:
                    IsExact = true;
                    _runs.Clear();
                    (TraceRecord start, TraceRecord end) = WholeWalk.Split(record);

                    // Nanoseconds before a time in steps of the clock are no time: such a walk has an end alone.
                    if (record.TimeUnit == RmapTimeUnit.Nanoseconds)
                    {
                        _walks.Add(start);
                    }

                    _walks.Add(end);
                    break;
                case TraceRecordKind.Lost:
                    if (record.IsLostHere)
                    {
                        Complete();
                    }

                    _walks.Add(record);
                    break;
                default:
                    // The run that is open is a part of a walk that began before the trace.
                    IsExact = true;
                    _runs.Clear();
                    _walks.Add(record);
                    break;
            }
        }
    }

    /// <summary>No more events will come: what is open is over.</summary>
    public void Complete()
    {
        foreach (Run run in _runs.Values)
        {
            Close(run);
        }

        _runs.Clear();
    }

    private void Add(in TraceRecord item)
    {
        if (Region is { } region && !region.Has(item[MigrationEvents.Address]))
        {
            return;
        }

        ulong page = MigrationEntry.PageOf(item[MigrationEvents.Entry] ?? 0, item.Kind == TraceRecordKind.MapEntry, _architecture);
        if (_runs.Count >= MaximumThreads && !_runs.ContainsKey(item.ThreadId))
        {
            CompleteOld(item.Timestamp);
        }

        ref Run run = ref CollectionsMarshal.GetValueRefOrAddDefault(_runs, item.ThreadId, out bool isOpen);
        if (isOpen && run.Kind == item.Kind && run.Page == page)
        {
            run.Last = item;
            return;
        }

        if (isOpen)
        {
            Close(run);
        }

        run = new Run { Kind = item.Kind, Page = page, First = item, Last = item };
    }

    // The half of the threads whose last entry is the longest ago: what goes on is not cut.
    private void CompleteOld(long now)
    {
        long[] ages = [.. _runs.Values.Select(run => now - run.Last.Timestamp).Order()];
        foreach ((int thread, Run run) in _runs.Where(item => now - item.Value.Last.Timestamp >= ages[ages.Length / 2]).ToArray())
        {
            Close(run);
            _runs.Remove(thread);
        }
    }

    private void Close(in Run run)
    {
        HasWalks = true;
        _walks.Add(Record(run.First, TraceRecordKind.Start));
        _walks.Add(Record(run.Last, TraceRecordKind.End));
    }

    private TraceRecord Record(in TraceRecord item, TraceRecordKind kind) => new()
    {
        Kind = kind,
        Timestamp = item.Timestamp,
        TimeUnit = item.TimeUnit,
        Cpu = item.Cpu,
        ThreadId = item.ThreadId,
        Command = item.Command,
        Flags = item.Flags,
        Function = _functions[item.Kind - TraceRecordKind.UnmapEntry],
        Caller = _callers[item.Kind - TraceRecordKind.UnmapEntry],
        PageType = Region?.PageType,
    };

    private struct Run
    {
        public TraceRecordKind Kind;
        public ulong Page;
        public TraceRecord First;
        public TraceRecord Last;
    }
}
