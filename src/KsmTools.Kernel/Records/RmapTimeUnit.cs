namespace KsmTools.Records;

/// <summary>What a timestamp counts. It follows from the clock that the trace was recorded with.</summary>
public enum RmapTimeUnit
{
    /// <summary>Nanoseconds: the clocks <c>local</c>, <c>global</c>, <c>perf</c>, <c>mono</c>, <c>mono_raw</c>, <c>boot</c> and <c>tai</c>.</summary>
    Nanoseconds = 0,

    /// <summary>
    /// Steps of a clock that does not count nanoseconds: <c>counter</c> (events), <c>uptime</c> (jiffies), <c>x86-tsc</c> and <c>ppc-tb</c> (CPU
    /// cycles). Such values are passed on as they are, in the properties that else hold nanoseconds.
    /// </summary>
    Ticks = 1,
}
