using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>Readers that give only what a filter lets through.</summary>
public static class FilteredReaders
{
    /// <summary>The events that are wanted.</summary>
    /// <param name="reader">The reader; disposed with the one that this gives.</param>
    /// <param name="filter">What is wanted.</param>
    public static ITraceReader OnlyEvents(this ITraceReader reader, RecordFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.IsEmpty ? reader : new FilteredReader(reader, filter, ofWalks: false);
    }

    /// <summary>
    /// The events of which wanted walks can be. Which walks are wanted is known once they are paired, so the pairer has to be told of the same filter.
    /// </summary>
    /// <param name="reader">The reader; disposed with the one that this gives.</param>
    /// <param name="filter">What is wanted.</param>
    public static ITraceReader OnlyWalks(this ITraceReader reader, RecordFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.ThreadIds.Count == 0 ? reader : new FilteredReader(reader, filter, ofWalks: true);
    }
}
