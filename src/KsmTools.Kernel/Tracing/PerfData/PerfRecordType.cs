namespace KsmTools.Tracing.PerfData;

/// <summary>
/// The records that matter here. Below 64 they are the kernel's (<c>enum perf_event_type</c>, include/uapi/linux/perf_event.h), from there on perf's own
/// (<c>enum perf_user_event_type</c>, tools/lib/perf/include/perf/event.h).
/// </summary>
internal static class PerfRecordType
{
    public const uint Lost = 2;
    public const uint ThreadName = 3;
    public const uint Fork = 7;
    public const uint Sample = 9;
    public const uint LostSamples = 13;

    public const uint Attribute = 64;
    public const uint TracingData = 66;
    public const uint FinishedRound = 68;
    public const uint AuxTrace = 71;
    public const uint CpuMap = 74;
    public const uint Compressed = 81;
    public const uint Compressed2 = 83;

    /// <summary>On <see cref="LostSamples"/>: a filter left the samples out, they were not lost (PERF_RECORD_MISC_LOST_SAMPLES_BPF).</summary>
    public const ushort MiscFiltered = 1 << 15;
}
