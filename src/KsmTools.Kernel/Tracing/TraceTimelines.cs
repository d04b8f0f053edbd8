using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing;

/// <summary>
/// Tells which traces are one timeline: those that were taken by one clock in one boot. Recordings of one session, one after the other, are as if they were one file: a walk may
/// begin in one and end in another. A trace.dat file says both by its trace id, where Save-RmapTrace wrote it; trace-cmd's have one each, which conversions keep. Text and perf.data
/// say nothing for sure, and each is a timeline of its own. So is a copy, which begins with the very event that another file begins with.
/// </summary>
/// <param name="format">The format of the traces, or Auto for what their first bytes tell.</param>
/// <param name="open">Opens one of them, with the table that it is to use.</param>
/// <param name="symbols">The table for all of them; null for one for each timeline.</param>
public sealed class TraceTimelines(TraceFormat format, Func<string, SymbolTable, ITraceReader> open, SymbolTable? symbols = null)
{
    /// <summary>The timelines of some traces, in the order of their first ones.</summary>
    /// <param name="paths">The files; one that is named twice, or by a link too, is read once. One that cannot be read is a timeline of its own, and says why once it is opened.</param>
    /// <param name="cancellationToken">Ends the look into the files.</param>
    public IReadOnlyList<TraceTimeline> Of(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var byClock = new Dictionary<string, List<(string Path, string Recording)>>();
        var clocks = new List<List<(string Path, string Recording)>>();
        foreach (string path in paths.DistinctBy(FileOf))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (string Clock, string Recording)? origin = paths.Count > 1 ? OriginOf(path) : null;
            if (origin is null || !byClock.TryGetValue(origin.Value.Clock, out List<(string Path, string Recording)>? all))
            {
                all = [];
                clocks.Add(all);
                if (origin is not null)
                {
                    byClock.Add(origin.Value.Clock, all);
                }
            }

            all.Add((path, origin?.Recording ?? string.Empty));
        }

        return [.. clocks.SelectMany(all => all.Count == 1 ? [Alone(all[0].Path)] : Together(all, cancellationToken))];
    }

    private static object FileOf(string path) =>
        FileStatus.TryGet(System.IO.Path.GetFullPath(path), out FileStatus status) == Errno.None ? status.Identity : path;

    private TraceTimeline Alone(string path) => new([path], () => open(path, symbols ?? new SymbolTable()));

    // Of files that begin with the same event, each is in another timeline.
    private List<TraceTimeline> Together(List<(string Path, string Recording)> files, CancellationToken cancellationToken)
    {
        SymbolTable table = symbols ?? new SymbolTable();
        var timelines = new List<(List<TimelinePart> Parts, List<string> Recordings)>();
        var seen = new Dictionary<TraceRecord, int>();
        foreach ((string path, string recording) in files)
        {
            var part = new TimelinePart(path, open, table);
            part.Look(cancellationToken);
            int place = part.HasEnded ? 0 : seen.GetValueOrDefault(part.First);
            if (!part.HasEnded)
            {
                seen[part.First] = place + 1;
            }

            while (place < timelines.Count && !TryAdd(timelines[place], part, recording))
            {
                place++;
            }

            if (place == timelines.Count)
            {
                timelines.Add(([part], [recording]));
            }
        }

        return timelines.ConvertAll(timeline => new TraceTimeline([.. timeline.Parts.Select(part => part.Path)], () => new TimelineReader(timeline.Parts, table)));
    }

    // Records have room for so many files and recordings.
    private static bool TryAdd((List<TimelinePart> Parts, List<string> Recordings) timeline, TimelinePart part, string recording)
    {
        int stream = timeline.Recordings.IndexOf(recording);
        if (timeline.Parts.Count == ushort.MaxValue || (stream < 0 && timeline.Recordings.Count == byte.MaxValue))
        {
            return false;
        }

        if (stream < 0)
        {
            stream = timeline.Recordings.Count;
            timeline.Recordings.Add(recording);
        }

        part.Stream = (byte)stream;
        timeline.Parts.Add(part);
        return true;
    }

    // What can be read only once is not looked at before.
    private (string Clock, string Recording)? OriginOf(string path)
    {
        if (format is not (TraceFormat.Auto or TraceFormat.TraceDat) || FileStatus.TryGet(System.IO.Path.GetFullPath(path), out FileStatus status) != Errno.None || status.Kind != FileKind.Ordinary)
        {
            return null;
        }

        try
        {
            using IFormatReader reader = TraceReaders.Open(path, new WantedEvents(), format, new SymbolTable());
            return reader.Origin;
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }
}
