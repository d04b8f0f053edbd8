namespace KsmTools.Tracing;

/// <summary>How a trace is written down.</summary>
public enum TraceFormat
{
    /// <summary>Whatever the contents say.</summary>
    Auto = 0,

    /// <summary>Text: tracefs's <c>trace</c> and <c>trace_pipe</c> files, and what <c>trace-cmd report</c> prints; compressed with gzip too.</summary>
    Text = 1,

    /// <summary>A <c>trace.dat</c> file of trace-cmd, version 6 or 7, uncompressed or compressed with zlib or zstd.</summary>
    TraceDat = 2,
}
