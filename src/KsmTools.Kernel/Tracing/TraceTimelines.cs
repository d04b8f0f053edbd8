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
/// timeline of its own. So is a copy, which begins with the very event that another file begins with.
/// </summary>
/// <param name="format">The format of the traces, or Auto for what their first bytes tell.</param>
/// <param name="open">Opens one of them.</param>
/// <param name="symbols">The table that all of them are opened with.</param>
public sealed class TraceTimelines(TraceFormat format, Func<string, ITraceReader> open, SymbolTable symbols)
{
    /// <summary>The timelines of some traces, in the order of their first ones.</summary>
    /// <param name="paths">The files. One that cannot be read is a timeline of its own, and says why once it is opened.</param>
    /// <param name="cancellationToken">Ends the look into the files.</param>
    public IReadOnlyList<TraceTimeline> Of(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count < 2)
        {
            return [.. paths.Select(path => new TraceTimeline(path, open))];
        }

        var byClock = new Dictionary<string, List<string>>();
        var clocks = new List<(string Path, List<string> All)>();
        foreach (string path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string? clock = ClockOf(path);
            if (clock is null || !byClock.TryGetValue(clock, out List<string>? all))
            {
                all = [];
                clocks.Add((path, all));
                if (clock is not null)
                {
                    byClock.Add(clock, all);
                }
            }

            all.Add(path);
        }

        return [.. clocks.SelectMany(clock => clock.All.Count == 1 ? [new TraceTimeline(clock.Path, open)] : Together(clock.All, cancellationToken))];
    }

    // Of files that begin with the same event, each is in another timeline.
    private List<TraceTimeline> Together(List<string> paths, CancellationToken cancellationToken)
    {
        var timelines = new List<List<TimelinePart>>();
        var seen = new Dictionary<TraceRecord, int>();
        foreach (string path in paths)
        {
            var part = new TimelinePart(path, open, symbols);
            part.Look(cancellationToken);
            int place = 0;
            if (!part.HasEnded)
            {
                place = seen.GetValueOrDefault(part.First);
                seen[part.First] = place + 1;
            }

            while (place < timelines.Count && timelines[place].Count == ushort.MaxValue)
            {
                place++;
            }

            if (place == timelines.Count)
            {
                timelines.Add([]);
            }

            timelines[place].Add(part);
        }

        return timelines.ConvertAll(parts => new TraceTimeline(parts, symbols));
    }

    // What can be read only once is not looked at before.
    private string? ClockOf(string path)
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
