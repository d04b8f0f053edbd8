using KsmTools.Records;

namespace KsmTools.Tracing.PerfData;

/// <summary>What waits in the queue.</summary>
internal enum PerfEntryKind : byte
{
    /// <summary>A record to give out.</summary>
    Record,

    /// <summary>A thread's name, in <see cref="TraceRecord.Command"/>.</summary>
    Name,

    /// <summary>A new thread and its <see cref="PerfEntry.Parent"/>.</summary>
    Fork,
}

/// <summary>A record that waits for its turn.</summary>
internal struct PerfEntry
{
    public PerfEntryKind Kind;
    public int Parent;
    public TraceRecord Record;
}

/// <summary>
/// Puts into the order of time what perf wrote CPU by CPU. perf marks the end of each round through the CPUs' buffers: whatever comes after
/// it is later than all that came before the mark before it, so after each mark the times up to the latest of the round before are ready
/// (tools/perf/util/ordered-events.c does the same). What is not ready is a round or two; beyond <see cref="Capacity"/> the earlier
/// half is taken for ready, so that memory is bounded whatever a file says.
/// </summary>
internal sealed class PerfQueue
{
    /// <summary>The most entries that wait.</summary>
    public const int Capacity = 1 << 20;

    private readonly int _capacity;
    private readonly RunSorter _sorter = new();
    private PerfEntry[] _entries = new PerfEntry[1024];
    private TimedIndex[] _keys = new TimedIndex[1024];
    private int[] _free = [];
    private int _freeCount;
    private int _slots;
    private int _count;
    private int _given;
    private int _ready;
    private long _latest = long.MinValue;
    private long _limit = long.MinValue;
    private long _readyUntil = long.MinValue;
    private long _earliest = long.MaxValue;
    private int _looked;

    public PerfQueue(int capacity = Capacity)
    {
        _capacity = capacity;
    }

    /// <summary>Whether an entry is ready to be taken.</summary>
    public bool HasReady => _given < _ready;

    /// <summary>Entries that were not taken.</summary>
    public int Count => _count - _given;

    /// <summary>Entries that are not ready.</summary>
    public int Waiting => _count - _ready;

    /// <summary>Of the entry that was added last its time and CPU; any CPU if it is no record.</summary>
    public (long Time, int Cpu) Newest
    {
        get
        {
            TimedIndex key = _keys[_count - 1];
            ref readonly PerfEntry entry = ref _entries[key.Index];
            return (key.Time, entry.Kind == PerfEntryKind.Record ? entry.Record.Cpu : TraceRecord.AnyCpu);
        }
    }

    /// <summary>The latest time so far.</summary>
    public long Latest => _latest == long.MinValue ? 0 : _latest;

    /// <summary>The earliest time at which what happened since a time can be put in: that time, or where it is gone by, that of the first entry that waits.</summary>
    /// <param name="time">The time; null for the beginning.</param>
    public long Since(long? time) => time >= _readyUntil ? time.Value : _count == _ready ? Latest : Earliest();

    /// <summary>Adds an entry, to be filled by the caller. None may be ready.</summary>
    public ref PerfEntry Add(long time)
    {
        if (_given > 0)
        {
            Compact();
        }

        if (_count == _keys.Length)
        {
            Array.Resize(ref _keys, _keys.Length * 2);
        }

        int slot = _freeCount > 0 ? _free[--_freeCount] : _slots++;
        if (slot == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        _keys[_count++] = new TimedIndex(time, slot);
        _latest = Math.Max(_latest, time);
        return ref _entries[slot];
    }

    /// <summary>Takes back the entry that was added last.</summary>
    public void Undo()
    {
        _count--;
        _looked = Math.Min(_looked, _count);
        Release(_keys[_count].Index);
    }

    /// <summary>A round is over.</summary>
    public void EndRound()
    {
        Ready(_limit);
        _limit = _latest;
    }

    /// <summary>No entry up to a time comes any more.</summary>
    public void EndUntil(long time) => Ready(time);

    /// <summary>Makes room where there is none.</summary>
    public void Relieve()
    {
        if (_count - _given >= _capacity)
        {
            Ready(long.MinValue, _capacity / 2);
        }
    }

    /// <summary>There is no more: all is ready.</summary>
    public void End() => Ready(long.MaxValue);

    /// <summary>Takes the next entry that is ready; valid until the next one is added.</summary>
    public ref readonly PerfEntry Take()
    {
        int slot = _keys[_given++].Index;
        Release(slot);
        return ref _entries[slot];
    }

    // Entries of one time keep the order in which they came.
    private void Ready(long until, int least = 0)
    {
        if (_given > 0)
        {
            Compact();
        }

        if (_count == 0)
        {
            return;
        }

        _sorter.Sort(ref _keys, _count);
        int low = least, high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_keys[middle].Time <= until)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        _ready = low;
        _readyUntil = low > 0 ? Math.Max(_readyUntil, _keys[low - 1].Time) : _readyUntil;
        _earliest = low < _count ? _keys[low].Time : long.MaxValue;
        _looked = _count;
    }

    // Of those that are not ready. Few ask, so that it is not kept with each that is added.
    private long Earliest()
    {
        for (; _looked < _count; _looked++)
        {
            _earliest = Math.Min(_earliest, _keys[_looked].Time);
        }

        return _earliest;
    }

    private void Compact()
    {
        _count -= _given;
        Array.Copy(_keys, _given, _keys, 0, _count);
        _ready = Math.Max(0, _ready - _given);
        _looked = Math.Max(0, _looked - _given);
        _given = 0;
    }

    private void Release(int slot)
    {
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, Math.Max(1024, _free.Length * 2));
        }

        _free[_freeCount++] = slot;
    }
}
