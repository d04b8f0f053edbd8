using System.Runtime.CompilerServices;

namespace KsmTools.Tracing.PerfData;

/// <summary>The time of each CPU's last record. perf copies many of one CPU together, so that of the CPU it is at is kept apart.</summary>
internal struct LastTimes()
{
    private const int None = int.MinValue;

    private readonly Dictionary<int, long> _others = [];
    private int _cpu = None;
    private long _time;

    /// <summary>That of a CPU, which may be any; null where it had none.</summary>
    public readonly long? Of(int cpu) => cpu == _cpu ? _time : _others.TryGetValue(cpu, out long time) ? time : null;

    /// <summary>A CPU had a record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int cpu, long time)
    {
        if (cpu != _cpu)
        {
            GoTo(cpu);
        }

        _time = time;
    }

    private void GoTo(int cpu)
    {
        if (_cpu != None)
        {
            _others[_cpu] = _time;
        }

        _cpu = cpu;
    }
}
