using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Contention;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.PerfData;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceDat;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.TraceText;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing;

/// <summary>Opens traces.</summary>
public static class TraceReaders
{
    /// <summary>Opens a trace to read walks: the starts and ends that it has, or else those that are made of its migrations' page-table entries.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format, or Auto for what its first bytes tell.</param>
    /// <param name="symbols">A table to share with other traces; null for one of its own.</param>
    /// <returns>Its reader, at the first record.</returns>
    /// <exception cref="KsmToolsException">There is no such file, it cannot be read, or it holds no trace.</exception>
    public static ITraceReader OpenWalks(string path, TraceFormat format = TraceFormat.Auto, SymbolTable? symbols = null) =>
        new WalkReader(Open(path, WalkReader.Wanted, format, symbols ?? new SymbolTable()));

    /// <summary>Opens sub-buffers to read walks.</summary>
    /// <param name="buffer">The sub-buffers, and what tells what is in them.</param>
    /// <param name="symbols">A table to share with other traces; null for one of its own.</param>
    /// <exception cref="KsmToolsException">A file cannot be read, or a text makes no sense.</exception>
    public static ITraceReader OpenWalks(RawBuffer buffer, SymbolTable? symbols = null)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return new WalkReader(buffer.Open(WalkReader.Wanted, symbols ?? new SymbolTable()));
    }

    /// <summary>Opens a trace to read KSM's own events.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format, or Auto for what its first bytes tell.</param>
    /// <param name="symbols">A table to share with other traces; null for one of its own.</param>
    /// <returns>Its reader, at the first record.</returns>
    /// <exception cref="KsmToolsException">There is no such file, it cannot be read, or it holds no trace.</exception>
    public static ITraceReader OpenKsm(string path, TraceFormat format = TraceFormat.Auto, SymbolTable? symbols = null) =>
        Open(path, KsmEventFamily.Wanted, format, symbols ?? new SymbolTable());

    /// <summary>Opens a trace to read waits for locks, with their call chains.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format, or Auto for what its first bytes tell.</param>
    /// <param name="symbols">A table to share with other traces; null for one of its own.</param>
    /// <returns>Its reader, at the first record.</returns>
    /// <exception cref="KsmToolsException">There is no such file, it cannot be read, or it holds no trace.</exception>
    public static ITraceReader OpenWaits(string path, TraceFormat format = TraceFormat.Auto, SymbolTable? symbols = null) =>
        Open(path, ContentionEvents.Wanted, format, symbols ?? new SymbolTable());

    internal static IFormatReader Open(string path, WantedEvents wanted, TraceFormat format, SymbolTable symbols)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Enum.IsDefined(format))
        {
            throw new ArgumentOutOfRangeException(nameof(format));
        }

        TraceFile? first = format is TraceFormat.Auto or TraceFormat.PerfData ? PerfFolder.TryOpenFirst(path) : null;
        TraceFile file = first ?? TraceFile.Open(path);
        try
        {
            return first is not null ? PerfDataReader.OpenFolder(path, first, wanted, symbols)
                : format == TraceFormat.TraceDat || (format == TraceFormat.Auto && FileMagic.IsTraceDat(file.Head)) ? TraceDatReader.Open(file, wanted, symbols)
                : format == TraceFormat.PerfData || (format == TraceFormat.Auto && FileMagic.IsPerfData(file.Head)) ? PerfDataReader.Open(file, wanted, symbols)
                : new TextTraceReader(file, wanted, format, symbols);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
