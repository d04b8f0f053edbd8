namespace KsmTools.Tracing.PerfData;

/// <summary>A time and the entry that has it.</summary>
internal readonly record struct TimedIndex(long Time, int Index);

/// <summary>
/// Sorts by time what is made of a few stretches that are in order already, one for each CPU: these are found and merged two by two, so
/// that one stretch costs a look and many cost no more than any sort. Equal times keep their order.
/// </summary>
internal sealed class RunSorter
{
    private readonly List<int> _runs = [];
    private readonly List<int> _merged = [];
    private TimedIndex[] _other = [];

    /// <summary>Sorts the first entries; the array may be exchanged for another of the same length.</summary>
    public void Sort(ref TimedIndex[] keys, int count)
    {
        _runs.Clear();
        for (int i = 0; i < count; i++)
        {
            if (i == 0 || keys[i].Time < keys[i - 1].Time)
            {
                _runs.Add(i);
            }
        }

        _runs.Add(count);
        if (_runs.Count > 2 && _other.Length != keys.Length)
        {
            _other = new TimedIndex[keys.Length];
        }

        while (_runs.Count > 2)
        {
            _merged.Clear();
            int run = 0;
            for (; run + 2 < _runs.Count; run += 2)
            {
                _merged.Add(_runs[run]);
                Merge(keys, _other, _runs[run], _runs[run + 1], _runs[run + 2]);
            }

            if (run + 1 < _runs.Count)
            {
                _merged.Add(_runs[run]);
                Array.Copy(keys, _runs[run], _other, _runs[run], count - _runs[run]);
            }

            _merged.Add(count);
            _runs.Clear();
            _runs.AddRange(_merged);
            (keys, _other) = (_other, keys);
        }
    }

    private static void Merge(TimedIndex[] from, TimedIndex[] into, int first, int second, int end)
    {
        int middle = second;
        for (int at = first; at < end; at++)
        {
            bool takeSecond = second < end && (first >= middle || from[second].Time < from[first].Time);
            into[at] = takeSecond ? from[second++] : from[first++];
        }
    }
}
