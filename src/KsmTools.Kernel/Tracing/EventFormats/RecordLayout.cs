namespace KsmTools.Tracing.EventFormats;

/// <summary>Where an event's record has what a decoder wants of it, worked out once from the event's own format.</summary>
internal abstract class RecordLayout
{
    protected RecordLayout(EventFormat format)
    {
        Id = format.Id;
        Name = format.Name;
    }

    /// <summary>The number in the record.</summary>
    public int Id { get; }

    /// <summary>The event's name.</summary>
    public string Name { get; }

    /// <summary>Whether the records say enough to be used.</summary>
    public bool IsUsable { get; protected init; }

    /// <summary>A record that is shorter cannot hold all of the fields.</summary>
    public int MinimumLength { get; protected init; }
}
