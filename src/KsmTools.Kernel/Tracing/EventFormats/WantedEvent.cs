namespace KsmTools.Tracing.EventFormats;

/// <summary>An event that is wanted, by its name, and the numbers that are wanted of it, by their fields' names.</summary>
/// <param name="Kind">What the reader calls it; comes back in <see cref="RingBuffer.EventRecord.Kind"/>.</param>
/// <param name="Name">Its name, without the system before it.</param>
/// <param name="Fields">The fields in the order of the record's values, at most <see cref="RingBuffer.EventRecord.MaximumValues"/>. A kernel may lack any of them.</param>
internal sealed record WantedEvent(int Kind, string Name, params string[] Fields)
{
    /// <summary>The layout of a wanted event; null for any other.</summary>
    /// <param name="events">Those that are wanted.</param>
    /// <param name="format">An event's format.</param>
    public static EventLayout? LayoutOf(IReadOnlyList<WantedEvent> events, EventFormat format) =>
        events.FirstOrDefault(wanted => wanted.Name == format.Name) is { } found ? new EventLayout(format, found) : null;
}
