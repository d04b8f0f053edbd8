using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>How a histogram is drawn with characters.</summary>
public sealed class RmapHistogramTextOptions
{
    /// <summary>Columns that a line may have; fewer than 50 are taken as 50.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Rows that a histogram may have.</summary>
    public int MaximumRows { get; init; } = 16;

    /// <summary>Whether only ASCII characters are used.</summary>
    public bool Ascii { get; init; }
}

/// <summary>Draws the durations of a group of walks with characters: a row for each step of a logarithmic scale.</summary>
public static class RmapHistogramText
{
    private const int Narrowest = 50;

    // A bar with less room than this gets that of the shares.
    private const int ShortestBar = 4;

    private const string Indent = "  ";

    // What is between the parts of a row: "  FROM - TO  COUNT  BAR MARKS".
    private const int SpacesOfRow = 10;

    // " 100.0%"
    private const int ShareWidth = 7;

    // From one eighth of a cell to all of it.
    private const string Blocks = "\u258F\u258E\u258D\u258C\u258B\u258A\u2589\u2588";

    /// <summary>The lines of a histogram, without line ends.</summary>
    /// <param name="statistics">The group.</param>
    /// <param name="options">How to draw it.</param>
    public static IEnumerable<string> Lines(RmapWalkStatistics statistics, RmapHistogramTextOptions options)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(options);
        int width = Math.Max(Narrowest, options.Width);
        foreach (string line in Heading(statistics, width, options.Ascii))
        {
            yield return line;
        }

        if (statistics.Count == 0)
        {
            yield break;
        }

        IReadOnlyList<LatencyBin> bins = LatencyBins.Of(statistics, Math.Max(2, options.MaximumRows));
        string[] from = [.. bins.Select(bin => Axis(bin.From, statistics.TimeUnit, options.Ascii))];
        string[] to = [.. bins.Select(bin => Axis(bin.To, statistics.TimeUnit, options.Ascii))];
        string[] counts = [.. bins.Select(bin => bin.Count.ToString("N0", CultureInfo.InvariantCulture))];
        string[] marks = Marks(statistics, bins);
        int fromWidth = from.Max(text => text.Length);
        int toWidth = to.Max(text => text.Length);
        int countWidth = counts.Max(text => text.Length);
        long largest = bins.Max(bin => bin.Count);

        // What is marked is said behind the bar, so that a bar is as long as its row has room: all rows by one scale.
        int room = Room();
        if (room < 0)
        {
            // The heading has the exact number of all.
            counts = [.. bins.Select(bin => CountAxis.Text(bin.Count))];
            countWidth = counts.Max(text => text.Length);
            room = Room();
        }

        bool hasShares = room - ShareWidth >= ShortestBar;
        int barWidth = Math.Max(0, hasShares ? room - ShareWidth : room);
        for (int i = 0; i < bins.Count; i++)
        {
            string share = hasShares ? Share(bins[i].Count, statistics.Count).PadLeft(ShareWidth) : string.Empty;
            string bar = Bar((double)bins[i].Count / largest * barWidth, bins[i].Count > 0 && barWidth > 0, options.Ascii);
            string line = $"  {from[i].PadLeft(fromWidth)} - {to[i].PadLeft(toWidth)}  {counts[i].PadLeft(countWidth)}{share}  ";
            yield return ((barWidth == 0 ? line.TrimEnd() : line + bar) + (marks[i].Length > 0 ? " " + marks[i] : string.Empty)).TrimEnd();
        }

        int Room() => width - fromWidth - toWidth - countWidth - marks.Max(mark => mark.Length) - SpacesOfRow;
    }

    private static string Share(long count, long of) => ((double)count / of * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    private static IEnumerable<string> Heading(RmapWalkStatistics statistics, int width, bool ascii)
    {
        string name = TerminalText.Escape(GroupName.Of(statistics));

        // Of powers of two the upper bound is known.
        string most = statistics.HasWideBuckets ? "at most " : string.Empty;
        List<string> parts = statistics.Count == 0
            ? [name + ": no walks"]
            :
            [
                string.Create(CultureInfo.InvariantCulture, $"{name}: {statistics.Count:N0} {(statistics.Count == 1 ? "walk" : "walks")}"),
                .. Part("mean", string.Empty, statistics.MeanNanoseconds),
                .. Part("P50", most, statistics.P50Nanoseconds),
                .. Part("P99", most, statistics.P99Nanoseconds),
                .. Part("maximum", most, statistics.MaximumNanoseconds),
            ];
        parts.AddRange(Missing(statistics));
        return Wrap(parts, width);

        IEnumerable<string> Part(string what, string bound, double? value) => DurationText.Bound(value, statistics.Approximate) is { } known
            ? [what + " " + bound + Plainly(DurationText.Format(known, statistics.TimeUnit), ascii)]
            : [];
    }

    // What figures cannot have: it is not warned of where statistics come in.
    private static IEnumerable<string> Missing(RmapWalkStatistics statistics)
    {
        (long? Count, string What)[] all =
        [
            (statistics.UnmatchedStarts, "starts without an end"), (statistics.UnmatchedEnds, "ends without a start"), (statistics.TimeBackwards, "walks back in time"),
            (statistics.UnreadableEvents, "events unreadable"),
        ];
        if (statistics.LostEvents > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{statistics.LostEvents}{(statistics.LostEventsIsLowerBound ? "+" : string.Empty)} events lost");
        }

        foreach ((long? count, string what) in all.Where(one => one.Count > 0))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{count} {what}");
        }
    }

    // Only a name can be longer than a line.
    private static IEnumerable<string> Wrap(List<string> parts, int width) =>
        Lines(parts, width).SelectMany((line, index) => index == 0 ? TextColumns.Wrap(line, width, Indent) : [line]);

    private static IEnumerable<string> Lines(List<string> parts, int width)
    {
        var line = new StringBuilder(parts[0]);
        foreach (string part in parts.Skip(1))
        {
            _ = line.Append(',');
            if (TextColumns.Of(line.ToString()) + 1 + part.Length + 1 > width)
            {
                yield return line.ToString();
                _ = line.Clear().Append(' ');
            }

            _ = line.Append(' ').Append(part);
        }

        yield return line.ToString();
    }

    // What is marked in each bin.
    private static string[] Marks(RmapWalkStatistics statistics, IReadOnlyList<LatencyBin> bins)
    {
        (string Name, double? Value)[] all =
            [("P50", statistics.P50Nanoseconds), ("P90", statistics.P90Nanoseconds), ("P99", statistics.P99Nanoseconds), ("P99.9", statistics.P999Nanoseconds)];
        ILookup<int, string> names = all.Where(mark => mark.Value is not null).ToLookup(mark => LatencyBins.IndexOf(bins, statistics, mark.Value!.Value), mark => mark.Name);
        return [.. Enumerable.Range(0, bins.Count).Select(index => string.Join(' ', names[index]))];
    }

    private static string Bar(double cells, bool any, bool ascii)
    {
        if (ascii)
        {
            return new string('#', any ? Math.Max(1, (int)(cells + 0.5)) : 0);
        }

        int eighths = any ? Math.Max(1, (int)((cells * 8) + 0.5)) : 0;
        return new string(Blocks[^1], eighths / 8) + (eighths % 8 == 0 ? string.Empty : Blocks[(eighths % 8) - 1]);
    }

    private static string Axis(double value, RmapTimeUnit unit, bool ascii) => Plainly(AxisText.Of(value, unit), ascii);

    private static string Plainly(string text, bool ascii) => ascii ? text.Replace("\u00B5s", "us", StringComparison.Ordinal) : text;
}
