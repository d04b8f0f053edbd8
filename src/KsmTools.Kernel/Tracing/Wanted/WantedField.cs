namespace KsmTools.Tracing.Wanted;

/// <summary>A field that is wanted of an event.</summary>
/// <param name="Meaning">What becomes of it.</param>
/// <param name="Index">The number's place in a record; of <see cref="FieldMeaning.Number"/> only.</param>
/// <param name="Names">Its name, or several of which a kernel has one.</param>
internal readonly record struct WantedField(FieldMeaning Meaning, int Index, params string[] Names)
{
    /// <summary>A number.</summary>
    /// <param name="index">Its place in a record.</param>
    /// <param name="names">As above.</param>
    public static WantedField Number(int index, params string[] names) => new(FieldMeaning.Number, index, names);

    /// <summary>Something else that a record has one of.</summary>
    /// <param name="meaning">What.</param>
    /// <param name="names">As above.</param>
    public static WantedField Of(FieldMeaning meaning, params string[] names) => new(meaning, 0, names);
}
