using System.Runtime.CompilerServices;

namespace KsmTools.Tracing.PerfData;

/// <summary>The time of each CPU's last record.</summary>
internal sealed class LastTimes
{
    private const long None = long.MinValue;

    private long[] _times = [];

    /// <summary>That of a CPU, which may be any; null where it had none.</summary>
    public long? Of(int cpu) => cpu + 1 < _times.Length && _times[cpu + 1] is not None and var time ? time : null;

    /// <summary>A CPU had a record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int cpu, long time)
    {
        long[] times = _times;
        int index = cpu + 1;
        if ((uint)index < (uint)times.Length)
        {
            times[index] = time;
            return;
        }

        Grow(index);
        _times[index] = time;
    }

    private void Grow(int index)
    {
        int before = _times.Length;
        Array.Resize(ref _times, Math.Max(index + 1, before * 2));
        Array.Fill(_times, None, before, _times.Length - before);
    }
}
