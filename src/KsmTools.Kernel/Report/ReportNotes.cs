using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>What a reader should know of the walks' completeness.</summary>
internal static class ReportNotes
{
    /// <summary>The sentences.</summary>
    /// <param name="groups">All groups, those without walks too: what is missing may be all that there was of them.</param>
    /// <param name="recordings">How many recordings have walks on one time axis.</param>
    public static IEnumerable<string> Of(IReadOnlyList<ReportGroup> groups, int recordings)
    {
        RmapWalkStatistics[] all = [.. groups.Select(group => group.Statistics)];
        RmapWalkStatistics[] parts = [.. groups.SelectMany(group => group.Parts)];
        foreach (string note in Losses(parts))
        {
            yield return note;
        }

        long starts = all.Sum(statistics => statistics.UnmatchedStarts ?? 0);
        long ends = all.Sum(statistics => statistics.UnmatchedEnds ?? 0);
        if (starts + ends > 0)
        {
            yield return Text.Format(Messages.ReportUnmatched, starts, ends);
        }

        if (MissingEvents.Of(parts, part => part.UnreadableEvents) is { Count: > 0 } unreadable)
        {
            yield return Text.Format(unreadable.IsLowerBound ? Messages.ReportUnreadableAtLeast : Messages.ReportUnreadable, unreadable.Count);
        }

        if (all.Sum(statistics => statistics.TimeBackwards) is > 0 and var backwards)
        {
            yield return Text.Format(Messages.ReportTimeBackwards, backwards);
        }

        if (all.Any(statistics => statistics.Approximate))
        {
            yield return Messages.ReportApproximate;
        }

        if (all.Any(statistics => statistics.HasWideBuckets))
        {
            yield return Messages.ReportBounds;
        }

        if (all.Any(statistics => statistics.TimeUnit == RmapTimeUnit.Ticks))
        {
            yield return Messages.ReportTicks;
        }

        if (groups.Where(group => group.Statistics.Count == 0).Select(group => group.Name).ToArray() is { Length: > 0 } empty)
        {
            yield return Text.Format(Messages.ReportEmptyGroups, string.Join("; ", empty));
        }

        if (recordings > 1 && groups.Any(group => group.Timeline is not null))
        {
            yield return Text.Format(Messages.ReportRecordings, recordings);
        }

        if (groups.Any(group => group.Timeline is null && group.Statistics.Count > 0))
        {
            yield return Messages.ReportNoTimeline;
        }
    }

    private static IEnumerable<string> Losses(RmapWalkStatistics[] all)
    {
        (long? lost, bool isBound) = MissingEvents.Of(all, part => part.LostEvents);
        isBound |= all.Any(statistics => statistics.LostEventsIsLowerBound);
        if (lost > 0)
        {
            yield return Text.Format(isBound ? Messages.ReportLostAtLeast : Messages.ReportLost, lost);
            yield return Messages.ReportLostMeaning;
        }
        else if (lost == 0)
        {
            yield return isBound ? Messages.ReportNotWhole : Messages.ReportNothingLost;
        }

        if (all.Any(statistics => statistics.LostEvents is null))
        {
            yield return lost is null ? Messages.ReportLostUnknown : Messages.ReportLostUnknownOfSome;
        }
    }
}
