namespace KsmTools.Tracing.PerfData;

/// <summary>
/// How far a part of a recording has been read. Its thread copied the buffers of its CPUs in turn, again and again, and left no marks between the rounds, as perf does in
/// a recording of one piece: a CPU whose turn it is once more begins one. Of one CPU alone the order is the ring buffer's, in which an interrupt may be before
/// what it interrupted, and any few events are a round.
/// </summary>
/// <param name="source">Its records.</param>
/// <param name="isOfOneCpu">Whether it is known to be of one CPU.</param>
internal sealed class PerfPart(PerfSource source, bool isOfOneCpu)
{
    private const int EventsOfRound = 256;

    private readonly HashSet<int> _cpus = [];
    private int _cpu = int.MinValue;
    private int _events;
    private long _latest = long.MinValue;
    private long _before = long.MinValue;

    public PerfSource Source => source;

    /// <summary>All of its events up to this time have been read.</summary>
    public long Until { get; private set; } = long.MinValue;

    /// <summary>An event was read.</summary>
    /// <returns>Whether <see cref="Until"/> is another now.</returns>
    public bool Add(long time, int cpu)
    {
        bool isNewRound = IsNewRound(cpu);
        if (isNewRound)
        {
            Until = _before;
            _before = _latest;
        }

        _latest = Math.Max(_latest, time);
        return isNewRound;
    }

    private bool IsNewRound(int cpu)
    {
        if (isOfOneCpu)
        {
            return _events++ % EventsOfRound == 0;
        }

        if (cpu == _cpu)
        {
            return false;
        }

        _cpu = cpu;
        if (_cpus.Add(cpu))
        {
            return false;
        }

        _cpus.Clear();
        _cpus.Add(cpu);
        return true;
    }
}
