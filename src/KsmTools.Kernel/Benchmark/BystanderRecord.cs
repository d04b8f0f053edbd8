using KsmTools.Rmap;

namespace KsmTools.Benchmark;

/// <summary>What the bystander of a row saw, of all triggers together.</summary>
internal sealed class BystanderRecord
{
    private static readonly RmapBystanderCall[] Kinds = Enum.GetValues<RmapBystanderCall>();

    /// <summary>The calls before any walk.</summary>
    public BystanderCount Alone { get; } = new();

    /// <summary>The calls beside the kernel's work.</summary>
    public BystanderCount Beside { get; } = new();

    /// <summary>How long the kernel worked.</summary>
    public long ElapsedNanoseconds { get; set; }

    /// <summary>The calls of each kind that was made.</summary>
    public RmapBystanderCalls[] Calls() =>
    [
        .. Kinds.Where(kind => Alone.Of(kind).Durations.Count > 0 || Beside.Of(kind).Durations.Count > 0)
            .Select(kind => new RmapBystanderCalls(Beside.Of(kind).Figures()) { Call = kind, WithoutWalks = Alone.Of(kind).Figures() }),
    ];

    /// <summary>What so many of all calls beside the kernel's work did not exceed; null without calls.</summary>
    /// <param name="percentile">From 0 to 100.</param>
    public long? Percentile(decimal percentile)
    {
        RmapHistogramBucket[] buckets = RmapHistogramBucket.Together(Kinds.Select(kind => Beside.Of(kind).Durations).Where(durations => durations.Count > 0).SelectMany(durations => durations.Buckets(Records.RmapTimeUnit.Nanoseconds)));
        return RmapHistogramBucket.Percentile(buckets, percentile) is { } value ? Math.Min(value, Maximum!.Value) : null;
    }

    /// <summary>The longest of all calls beside the kernel's work; null without calls.</summary>
    public long? Maximum => Kinds.Select(kind => Beside.Of(kind).Durations).Where(durations => durations.Count > 0).Max(durations => (long?)durations.Maximum);
}
