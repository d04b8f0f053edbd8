namespace KsmTools.Records;

/// <summary>What the kernel lost between one event and the next.</summary>
public struct LostBefore
{
    private LostTally _tally;
    private bool _any;

    /// <summary>How many events; where the kernel did not count, one for each mark.</summary>
    public readonly long Count => _tally.Events;

    /// <summary>Whether there may be more.</summary>
    public readonly bool IsLowerBound => _tally.IsLowerBound;

    /// <summary>The CPU that lost them; null for none, several, or unknown.</summary>
    public int? Cpu { get; private set; }

    /// <summary>Whether the next event is of another trace.</summary>
    internal bool IsNewTrace { get; private set; }

    /// <summary>Adds what a mark says.</summary>
    /// <param name="mark">A <see cref="TraceRecordKind.Lost"/>.</param>
    public void Add(in TraceRecord mark)
    {
        IsNewTrace |= mark.IsNewTrace;
        if (!mark.IsLostHere || mark.KnownLost == 0)
        {
            return;
        }

        int? cpu = mark.Cpu == TraceRecord.AnyCpu ? null : mark.Cpu;
        Cpu = !_any || Cpu == cpu ? cpu : null;
        _any = true;
        _tally.Add(mark);
    }
}
