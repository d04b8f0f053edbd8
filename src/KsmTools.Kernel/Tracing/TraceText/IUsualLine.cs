using KsmTools.Records;

namespace KsmTools.Tracing.TraceText;

/// <summary>The layout of nearly all lines of a large trace. Implemented by structs, so that nothing is called indirectly per line.</summary>
internal interface IUsualLine
{
    /// <summary>Reads the line that begins here.</summary>
    /// <param name="line">Its first byte; <see cref="NativeLine.Reach"/> bytes from there on may be looked at.</param>
    /// <param name="record">Filled, or partly overwritten where the result is 0.</param>
    /// <returns>The line's length with its newline, or 0 if it is not of this layout.</returns>
    static abstract int Parse(ref byte line, ref TraceRecord record);
}
