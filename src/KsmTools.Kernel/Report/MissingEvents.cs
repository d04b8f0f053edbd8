using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>How many events are missing from all of a report's walks.</summary>
/// <param name="Count">How many; null where nobody knows of any.</param>
/// <param name="IsLowerBound">Whether there may be more.</param>
internal readonly record struct MissingEvents(long? Count, bool IsLowerBound)
{
    /// <summary>
    /// Adds up what measurements miss. Each group of one says what the whole of it does, so that of statistics that do not say what they were measured with, as stored ones, only what one
    /// of them misses is sure.
    /// </summary>
    /// <param name="all">All statistics.</param>
    /// <param name="missing">What they miss.</param>
    public static MissingEvents Of(IReadOnlyCollection<RmapWalkStatistics> all, Func<RmapWalkStatistics, long?> missing)
    {
        long? known = null;
        foreach (IGrouping<object?, RmapWalkStatistics> measurement in all.Where(part => part.Measurement.Of is not null).GroupBy(part => part.Measurement.Of))
        {
            known = measurement.Max(missing) is { } most ? (known ?? 0) + most : known;
        }

        long?[] stored = [.. all.Where(part => part.Measurement.Of is null).Select(missing)];
        long? ofStored = stored.Max();
        return new MissingEvents(
            known is null ? ofStored : ofStored is null ? known : Math.Max(known.Value, ofStored.Value),
            stored.Count(count => count > 0) > (known > 0 ? 0 : 1));
    }
}
