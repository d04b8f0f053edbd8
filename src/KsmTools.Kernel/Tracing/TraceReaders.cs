using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.PerfData;
using KsmTools.Tracing.TraceDat;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tracing;

/// <summary>Opens traces.</summary>
public static class TraceReaders
{
    /// <summary>Opens a trace of a format that is named, or that its first bytes tell.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">The format.</param>
    /// <param name="symbols">A table to share with other traces; null for one of its own.</param>
    /// <returns>Its reader, at the first record.</returns>
    /// <exception cref="KsmToolsException">There is no such file, it cannot be read, or it holds no trace.</exception>
    public static IRmapReader Open(string path, TraceFormat format = TraceFormat.Auto, SymbolTable? symbols = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Enum.IsDefined(format))
        {
            throw new ArgumentOutOfRangeException(nameof(format));
        }

        TraceFile file = TraceFile.Open(path);
        try
        {
            symbols ??= new SymbolTable();
            return format == TraceFormat.TraceDat || (format == TraceFormat.Auto && FileMagic.IsTraceDat(file.Head)) ? TraceDatReader.Open(file, symbols)
                : format == TraceFormat.PerfData || (format == TraceFormat.Auto && FileMagic.IsPerfData(file.Head)) ? PerfDataReader.Open(file, symbols)
                : new TextTraceReader(file, format, symbols);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
