namespace KsmTools.Records;

/// <summary>What the kernel lost between one event and the next.</summary>
public struct LostBefore
{
    /// <summary>How many events; where the kernel did not count, one for each mark.</summary>
    public long Count { get; private set; }

    /// <summary>The CPU that lost them; null for none, several, or unknown.</summary>
    public int? Cpu { get; private set; }

    /// <summary>Adds what a mark says.</summary>
    /// <param name="mark">A <see cref="TraceRecordKind.Lost"/>.</param>
    public void Add(in TraceRecord mark)
    {
        int? cpu = mark.Cpu == TraceRecord.AnyCpu ? null : mark.Cpu;
        Cpu = Count == 0 || Cpu == cpu ? cpu : null;
        Count += mark.KnownLost;
    }
}
