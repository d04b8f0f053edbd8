using System.Numerics;

namespace KsmTools.Tracing.PerfData;

/// <summary>
/// Where records that are no samples have their time, CPU and id, counted from their end (<c>struct sample_id</c>, include/uapi/linux/perf_event.h): thread,
/// time, id, stream id, CPU and identifier, those that the samples have, in this order.
/// </summary>
internal sealed class PerfTrailer
{
    private const PerfSampleType AfterId = PerfSampleType.StreamId | PerfSampleType.Cpu | PerfSampleType.Identifier;
    private const PerfSampleType All = PerfSampleType.Thread | PerfSampleType.Time | PerfSampleType.Id | AfterId;

    private readonly PerfSampleType _parts;

    public PerfTrailer(PerfSampleType sampleType)
    {
        _parts = sampleType & All;
        Length = Behind(All);
        FromTime = Has(PerfSampleType.Time) ? Behind(PerfSampleType.Time | PerfSampleType.Id | AfterId) : 0;
        FromCpu = Has(PerfSampleType.Cpu) ? Behind(PerfSampleType.Cpu | PerfSampleType.Identifier) : 0;
        FromId = Has(PerfSampleType.Identifier) ? 8 : Has(PerfSampleType.Id) ? Behind(PerfSampleType.Id | AfterId) : 0;
    }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>Bytes from the time to the record's end; 0 where there is no time. The same below.</summary>
    public int FromTime { get; }

    public int FromCpu { get; }

    public int FromId { get; }

    private bool Has(PerfSampleType part) => (_parts & part) != 0;

    private int Behind(PerfSampleType parts) => 8 * BitOperations.PopCount((ulong)(_parts & parts));
}
