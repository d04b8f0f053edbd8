using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tracing.Sessions;

/// <summary>Opens the buffers of sessions of rmap events.</summary>
public static class RmapSessionReaders
{
    /// <summary>What is in the buffers, which stay as they are: the kernel's own text, to the microsecond.</summary>
    /// <param name="session">The session.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static IRmapReader Look(TraceSession session, SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(session);
        TraceFile file = session.Instance.OpenTrace();
        try
        {
            return session.Record.Source == RmapTraceSource.MigrationPte
                ? new PteTextReader(file, symbols, RuntimeInformation.ProcessArchitecture)
                : new TextTraceReader(file, TraceFormat.Text, symbols);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes events out of the buffers, to the nanosecond.</summary>
    /// <param name="session">The session.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <param name="until">Waits for more until this <see cref="System.Diagnostics.Stopwatch"/> time, <see cref="long.MaxValue"/> for ever; null gives what is there.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static IRmapReader Consume(TraceSession session, SymbolTable symbols, long? until)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.Record.Source == RmapTraceSource.MigrationPte ? new LivePteReader(session, symbols, until) : new LiveRmapReader(session, symbols, until);
    }
}
