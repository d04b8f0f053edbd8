using System.Globalization;
using KsmTools.Errors;

namespace KsmTools.Fuzz;

/// <summary>What a run over a decoder came to.</summary>
public sealed record FuzzResult(string Decoder)
{
    /// <summary>How many inputs were decoded.</summary>
    public long Inputs { get; init; }

    /// <summary>How long that took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The processor's time, which counts on a machine that does other things too.</summary>
    public TimeSpan ProcessorTime { get; init; }

    /// <summary>Records that came out.</summary>
    public long Records { get; init; }

    /// <summary>Inputs that ended in a failure of each reason.</summary>
    public required IReadOnlyDictionary<ErrorReason, long> Failures { get; init; }

    /// <summary>Inputs of a kind that had not been there, which were damaged further.</summary>
    public int Kinds { get; init; }

    /// <summary>The most bytes that one input made the decoder allocate.</summary>
    public long MostAllocated { get; init; }

    /// <summary>The slowest input.</summary>
    public TimeSpan Slowest { get; init; }

    /// <summary>Bytes of memory that the process had at most.</summary>
    public long PeakMemory { get; init; }

    /// <summary>What broke; null if nothing.</summary>
    public string? Broken { get; init; }

    /// <summary>The figures on one line.</summary>
    public override string ToString()
    {
        string failures = string.Join(", ", Failures.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:N0}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Decoder}: {Inputs:N0} inputs in {Duration.TotalSeconds:N1} s, {ProcessorTime.TotalSeconds:N1} s of a processor ({Inputs / Math.Max(ProcessorTime.TotalSeconds, 0.001):N0}/s), {Records:N0} records, {Kinds} kinds, failures: {(failures.Length == 0 ? "none" : failures)}; slowest {Slowest.TotalMilliseconds:N0} ms, at most {MostAllocated / 1024:N0} KiB allocated for one input, peak memory {PeakMemory >> 20:N0} MiB{(Broken is null ? string.Empty : ", BROKEN: " + Broken)}");
    }
}
