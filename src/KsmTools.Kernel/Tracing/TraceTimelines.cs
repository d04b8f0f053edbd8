using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing;

/// <summary>
/// Tells which traces are one timeline: those that were taken by one clock in one boot, so that a walk may begin in one and end in another. A trace.dat file says
/// it by its trace id: all recordings of sessions by one clock have the same (trace-cmd's have one each, and conversions keep it). Text and perf.data say nothing for sure, and each is a
/// timeline of its own.
/// </summary>
public static class TraceTimelines
{
    /// <summary>The timelines of some traces, in the order of their first ones.</summary>
    /// <param name="paths">The files. One that cannot be read is a timeline of its own, and says why once it is opened.</param>
    /// <param name="format">Their format, or Auto for what their first bytes tell.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IReadOnlyList<string> paths, TraceFormat format = TraceFormat.Auto)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var timelines = new List<List<string>>();
        var byClock = new Dictionary<string, List<string>>();
        foreach (string path in paths)
        {
            string? clock = paths.Count > 1 ? ClockOf(path, format) : null;
            if (clock is not null && byClock.TryGetValue(clock, out List<string>? timeline) && timeline.Count < ushort.MaxValue)
            {
                timeline.Add(path);
                continue;
            }

            timelines.Add([path]);
            if (clock is not null)
            {
                byClock[clock] = timelines[^1];
            }
        }

        return timelines;
    }

    /// <summary>Opens the traces of a timeline, to read them as one.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="open">Opens one of them.</param>
    /// <param name="symbols">The table that all of them are opened with.</param>
    /// <param name="cancellationToken">Ends the search for the files' first records.</param>
    /// <exception cref="KsmToolsException">The only one cannot be read. One of several ends early instead (<see cref="ITraceReader.Parts"/>).</exception>
    public static ITraceReader Open(IReadOnlyList<string> paths, Func<string, ITraceReader> open, SymbolTable symbols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(open);
        return paths.Count == 1 ? open(paths[0]) : TimelineReader.Open(paths, open, symbols, cancellationToken);
    }

    // What can be read only once is not looked at before.
    private static string? ClockOf(string path, TraceFormat format)
    {
        if (format is not (TraceFormat.Auto or TraceFormat.TraceDat) || FileStatus.TryGet(System.IO.Path.GetFullPath(path), out FileStatus status) != Errno.None || status.Kind != FileKind.Ordinary)
        {
            return null;
        }

        try
        {
            using (TraceFile file = TraceFile.Open(path))
            {
                if (!FileMagic.IsTraceDat(file.Head))
                {
                    return null;
                }
            }

            using IFormatReader reader = TraceReaders.Open(path, new WantedEvents(), TraceFormat.TraceDat, new SymbolTable());
            return reader.ClockIdentity;
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }
}
