namespace KsmTools.Tracing.EventFormats;

/// <summary>Where a number is in a record; size 0 where there is none.</summary>
internal readonly record struct NumberField(int Offset, int Size)
{
    public bool Exists => Size != 0;

    public int End => Offset + Size;

    /// <summary>The number that a field holds in place; nothing for a field that is missing or no number.</summary>
    public static NumberField Of(EventField? field) =>
        field is { Kind: EventFieldKind.Fixed, Size: 1 or 2 or 4 or 8 } ? new NumberField(field.Offset, field.Size) : default;
}
