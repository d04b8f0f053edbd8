namespace KsmTools.Tuning;

/// <summary>How the policy reacts to pressure. The defaults are ksmtuned's.</summary>
public sealed class MemoryPressureOptions
{
    /// <summary>Memory is short below this share of all memory.</summary>
    public double Threshold { get; init; } = 0.2;

    /// <summary>Memory is short below this many bytes, also where that is more than <see cref="Threshold"/>.</summary>
    public long MinimumThreshold { get; init; } = 2048L << 20;

    /// <summary>Pages per batch that each step under pressure adds.</summary>
    public uint Boost { get; init; } = 300;

    /// <summary>Pages per batch that each step without takes away.</summary>
    public uint Decay { get; init; } = 50;

    /// <summary>The fewest pages per batch.</summary>
    public uint MinimumPagesToScan { get; init; } = 64;

    /// <summary>The most pages per batch.</summary>
    public uint MaximumPagesToScan { get; init; } = 1250;

    /// <summary>The sleep between batches in milliseconds; null for 10 ms on machines of 16 GiB and more, and longer on smaller ones.</summary>
    public uint? SleepMilliseconds { get; init; }
}
