namespace KsmTools.Tracing.Reading;

/// <summary>How a trace is written down.</summary>
public enum TraceFormat
{
    /// <summary>Whatever the contents say.</summary>
    Auto = 0,

    /// <summary>Text: tracefs's <c>trace</c> and <c>trace_pipe</c> files, and what <c>trace-cmd report</c> prints; compressed with gzip too.</summary>
    Text = 1,

    /// <summary>A <c>trace.dat</c> file of trace-cmd, version 6 or 7, uncompressed or compressed with zlib or zstd.</summary>
    TraceDat = 2,

    /// <summary>Text: what <c>perf script</c> prints; compressed with gzip too.</summary>
    PerfScript = 3,

    /// <summary>A <c>perf.data</c> file of <c>perf record</c>, or what it wrote to a pipe.</summary>
    PerfData = 4,
}
