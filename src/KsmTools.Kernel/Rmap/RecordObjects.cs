using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>Makes the objects of the pipeline from records, and records from such objects. Names that repeat share one string.</summary>
public sealed class RecordObjects
{
    private const int CacheSize = 512;

    private readonly SymbolTable _symbols;
    private readonly ApproximateWalks _approximate;
    private readonly (CommandName Name, string? Text)[] _commands = new (CommandName, string?)[CacheSize];
    private readonly (ulong Flags, string? Text)[] _flags = new (ulong, string?)[CacheSize];
    private readonly Dictionary<string, CommandName> _names = [];
    private readonly Recordings _recordings = new();
    private readonly RecordingNumbers _numbers = new();
    private readonly TraceRecord[] _records = new TraceRecord[3];

    /// <summary>Makes objects of one reader's records.</summary>
    /// <param name="symbols">The reader's table.</param>
    public RecordObjects(SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        _symbols = symbols;
        _approximate = new ApproximateWalks(symbols);
    }

    /// <summary>The files that the records are from, for the objects; empty where they are of a session.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The event of a record.</summary>
    /// <param name="record">A start or an end.</param>
    /// <param name="lost">What was lost right before it.</param>
    public RmapEvent Event(in TraceRecord record, in LostBefore lost) => new()
    {
        // What a session gives is one recording whenever it is read.
        Recording = Paths.Count == 0 ? null : _recordings.Of(record, lost),
        Kind = record.Kind == TraceRecordKind.End ? RmapEventKind.End : RmapEventKind.Start,
        TimestampNanoseconds = record.Timestamp,
        TimeUnit = record.TimeUnit,
        Cpu = record.Cpu,
        ThreadId = record.ThreadId,
        Command = Command(record.Command),
        Flags = Flags(record.Flags),
        Folio = record.HasAddresses ? record.Folio : null,
        Rwc = record.HasAddresses ? record.Rwc : null,
        PageType = record.PageType,
        Locked = record.Locked,
        Function = record.Function == 0 ? null : _symbols.Name(record.Function),
        Caller = record.Caller == 0 ? null : _symbols.Name(record.Caller),
        Approximate = _approximate.Has(record),
        LostEventsBefore = lost.Count,
        LostEventsBeforeIsLowerBound = lost.IsLowerBound,
        LostCpu = lost.Cpu,
        Path = record.PathIn(Paths),
    };

    /// <summary>The walk of a pair.</summary>
    /// <param name="start">Its start.</param>
    /// <param name="end">Its end.</param>
    public RmapWalk Walk(in TraceRecord start, in TraceRecord end) => new()
    {
        StartNanoseconds = start.Timestamp,
        DurationNanoseconds = end.Timestamp - start.Timestamp,
        TimeUnit = start.TimeUnit,
        Cpu = start.Cpu,
        EndCpu = end.Cpu,
        ThreadId = start.ThreadId,
        Command = Command(start.Command),
        PageType = start.PageType ?? end.PageType,
        Folio = start.HasAddresses ? start.Folio : null,
        Rwc = start.HasAddresses ? start.Rwc : null,
        Locked = start.Locked ?? end.Locked,
        Approximate = _approximate.Has(start),
        Caller = Caller(start, end) is var caller and not 0 ? _symbols.Name(caller) : null,
        Path = start.PathIn(Paths.Count > 0 ? Paths : _numbers.Paths),
    };

    /// <summary>
    /// The record of an event, behind a mark of what was lost before it, if anything was. Events of different recordings, or of different files where no more is known of them, can be no pair.
    /// </summary>
    /// <param name="item">The event.</param>
    /// <returns>Good until the next one is asked for.</returns>
    public ReadOnlySpan<TraceRecord> Records(RmapEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        byte stream = _numbers.Stream(item, out bool isUsedAgain);
        int count = 0;
        if (isUsedAgain)
        {
            _records[count++] = TraceRecord.NewTrace();
        }

        if (LostBefore(item) is { } lost)
        {
            _records[count++] = lost;
        }

        _records[count++] = Record(item);
        Span<TraceRecord> records = _records.AsSpan(0, count);
        foreach (ref TraceRecord record in records)
        {
            record.Stream = stream;
        }

        return records;
    }

    /// <summary>The record of a walk's start, for grouping.</summary>
    /// <param name="walk">The walk.</param>
    public TraceRecord Record(RmapWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        return new TraceRecord
        {
            Timestamp = walk.StartNanoseconds,
            TimeUnit = walk.TimeUnit,
            Cpu = walk.Cpu,
            ThreadId = walk.ThreadId,
            Command = Name(walk.Command),
            PageType = walk.PageType,
            Locked = walk.Locked,
            Caller = _symbols.Intern(walk.Caller),
            Function = walk.Approximate ? _symbols.Intern(ApproximateWalks.Unmap) : 0,
        };
    }

    /// <summary>A thread's name as a string.</summary>
    /// <param name="name">The name.</param>
    public string Command(CommandName name)
    {
        ref (CommandName Name, string? Text) cached = ref _commands[(uint)name.GetHashCode() % CacheSize];
        if (cached.Text is null || cached.Name != name)
        {
            cached = (name, name.ToString(_symbols));
        }

        return cached.Text;
    }

    internal static int Caller(in TraceRecord start, in TraceRecord end) => end.Caller != 0 ? end.Caller : start.Caller;

    private static TraceRecord? LostBefore(RmapEvent item)
    {
        int cpu = item.LostCpu ?? TraceRecord.AnyCpu;
        return item.LostEventsBeforeIsLowerBound ? TraceRecord.LostAtLeast(cpu, item.LostEventsBefore)
            : item.LostEventsBefore > 0 ? TraceRecord.Lost(cpu, item.LostEventsBefore)
            : null;
    }

    private TraceRecord Record(RmapEvent item) => new()
    {
        Kind = item.Kind == RmapEventKind.End ? TraceRecordKind.End : TraceRecordKind.Start,
        Timestamp = item.TimestampNanoseconds,
        TimeUnit = item.TimeUnit,
        Cpu = item.Cpu,
        ThreadId = item.ThreadId,
        Command = Name(item.Command),
        HasAddresses = item is { Folio: not null, Rwc: not null },
        Folio = item.Folio ?? 0,
        Rwc = item.Rwc ?? 0,
        PageType = item.PageType,
        Locked = item.Locked,
        Function = _symbols.Intern(item.Function),
        Caller = _symbols.Intern(item.Caller),
        Source = _numbers.Source(item.Path),
    };

    private string Flags(ulong flags)
    {
        if (flags == 0)
        {
            return string.Empty;
        }

        ref (ulong Flags, string? Text) cached = ref _flags[(uint)flags.GetHashCode() % CacheSize];
        if (cached.Text is null || cached.Flags != flags)
        {
            cached = (flags, FlagText(flags));
        }

        return cached.Text;
    }

    private static string FlagText(ulong flags) => string.Create(8 - (System.Numerics.BitOperations.LeadingZeroCount(flags) / 8), flags, static (text, value) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)((value >> (8 * i)) & 0xFF);
        }
    });

    private CommandName Name(string? command)
    {
        if (string.IsNullOrEmpty(command))
        {
            return default;
        }

        if (!_names.TryGetValue(command, out CommandName name))
        {
            if (_names.Count >= SymbolTable.Capacity)
            {
                _names.Clear();
            }

            name = CommandName.From(System.Text.Encoding.UTF8.GetBytes(command), _symbols);
            _names.Add(command, name);
        }

        return name;
    }
}
