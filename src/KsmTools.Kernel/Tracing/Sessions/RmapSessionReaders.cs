using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.MigrationPte;

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
        string path = session.Instance.Locate("trace");
        return session.Record.Source == RmapTraceSource.MigrationPte
            ? new PteTextReader(TraceFile.Open(path), symbols, RuntimeInformation.ProcessArchitecture)
            : TraceReaders.Open(path, TraceFormat.Text, symbols);
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
