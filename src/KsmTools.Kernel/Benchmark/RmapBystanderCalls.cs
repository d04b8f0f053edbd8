using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Benchmark;

/// <summary>How long calls of one kind took another thread of the process while the kernel walked.</summary>
public sealed class RmapBystanderCalls : RmapCallDurations
{
    internal RmapBystanderCalls(RmapCallDurations durations)
        : base(durations)
    {
    }

    /// <summary>The kind.</summary>
    public RmapBystanderCall Call { get; init; }

    /// <summary>The same calls of the same thread just before, while nobody walked these pages.</summary>
    public RmapCallDurations WithoutWalks { get; init; } = new();

    /// <summary>As a list shows it: <c>Mprotect: 88.14 ms at most in 1034 calls (without walks 32.11 µs)</c>.</summary>
    public override string ToString() => Count == 0
        ? Text.Format(Messages.BystanderNoCalls, Call)
        : Text.Format(Messages.BystanderCalls, Call, Duration(MaximumNanoseconds), Count, WithoutWalks.MaximumNanoseconds is { } without ? Text.Format(Messages.BystanderWithout, Duration(without)) : string.Empty);

    private static string Duration(long? nanoseconds) => DurationText.Format(nanoseconds, RmapTimeUnit.Nanoseconds);
}
