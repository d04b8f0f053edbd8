using System.Diagnostics;

namespace KsmTools.Benchmark;

/// <summary>Where calls are counted, and which are. A kind of call is one thread's.</summary>
internal sealed class BystanderCount
{
    private readonly BystanderTally[] _tallies = [.. Enum.GetValues<RmapBystanderCall>().Select(_ => new BystanderTally())];
    private volatile Stopwatch? _clock;

    /// <summary>Only calls are meant that begin or end while it runs; all without one.</summary>
    public Stopwatch? Clock
    {
        get => _clock;
        set => _clock = value;
    }

    /// <summary>Whether a call that begins or ends now is meant.</summary>
    public bool IsNow => _clock is not { IsRunning: false };

    /// <summary>The calls of a kind.</summary>
    public BystanderTally Of(RmapBystanderCall call) => _tallies[(int)call];
}
