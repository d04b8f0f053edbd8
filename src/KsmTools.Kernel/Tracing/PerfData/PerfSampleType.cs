namespace KsmTools.Tracing.PerfData;

/// <summary>What a sample holds, in the order in which the kernel writes it (<c>enum perf_event_sample_format</c>, include/uapi/linux/perf_event.h).</summary>
[Flags]
internal enum PerfSampleType : ulong
{
    None = 0,
    Address = 1 << 0,
    Thread = 1 << 1,
    Time = 1 << 2,
    DataAddress = 1 << 3,
    Read = 1 << 4,
    CallChain = 1 << 5,
    Id = 1 << 6,
    Cpu = 1 << 7,
    Period = 1 << 8,
    StreamId = 1 << 9,
    Raw = 1 << 10,
    Identifier = 1 << 16,
}

/// <summary>What <see cref="PerfSampleType.Read"/> holds (<c>enum perf_event_read_format</c>).</summary>
[Flags]
internal enum PerfReadFormat : ulong
{
    None = 0,
    TimeEnabled = 1 << 0,
    TimeRunning = 1 << 1,
    Id = 1 << 2,
    Group = 1 << 3,
    Lost = 1 << 4,
}
