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

    // perf copies a CPU's records together, so that its last one is near.
    private const int LookBack = 65_536;

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

    public PerfQueue(int capacity = Capacity)
    {
        _capacity = capacity;
    }

    /// <summary>Whether an entry is ready to be taken.</summary>
    public bool HasReady => _given < _ready;

    /// <summary>The latest time so far.</summary>
    public long Latest => _latest == long.MinValue ? 0 : _latest;

    /// <summary>The time of a CPU's last record; that of the first entry that waits if none of those that came last is of it.</summary>
    public long LatestOf(int cpu)
    {
        long first = long.MaxValue;
        for (int i = _count - 1; i >= Math.Max(_given, _count - LookBack); i--)
        {
            ref readonly PerfEntry entry = ref _entries[_keys[i].Index];
            if (entry.Kind == PerfEntryKind.Record && entry.Record.Cpu == cpu)
            {
                return _keys[i].Time;
            }

            first = Math.Min(first, _keys[i].Time);
        }

        return first == long.MaxValue ? Latest : first;
    }

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
        Release(_keys[_count].Index);
    }

    /// <summary>A round is over.</summary>
    public void EndRound()
    {
        Ready(_limit);
        _limit = _latest;
    }

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
    }

    private void Compact()
    {
        _count -= _given;
        Array.Copy(_keys, _given, _keys, 0, _count);
        _ready = Math.Max(0, _ready - _given);
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
