namespace KsmTools.Tracing.EventFormats;

/// <summary>How a record holds a field.</summary>
internal enum EventFieldKind
{
    /// <summary>A number, or an array of a fixed length, in place.</summary>
    Fixed = 0,

    /// <summary><c>__data_loc</c>: 32 bits, the length above and the offset from the record's start below.</summary>
    DataLocation = 1,

    /// <summary><c>__rel_loc</c>: the same, with the offset counted from the end of these 32 bits.</summary>
    RelativeLocation = 2,
}
