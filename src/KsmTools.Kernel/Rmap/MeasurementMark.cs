namespace KsmTools.Rmap;

/// <summary>
/// Which measurement statistics are of: those of one say the same losses, those of two have each their own. Any two are equal, because it is nothing that statistics say.
/// </summary>
/// <param name="of">The measurement; null where nobody knows, as of statistics that were stored.</param>
internal readonly struct MeasurementMark(object? of) : IEquatable<MeasurementMark>
{
    /// <summary>The measurement.</summary>
    public object? Of { get; } = of;

    public bool Equals(MeasurementMark other) => true;

    public override bool Equals(object? obj) => obj is MeasurementMark;

    public override int GetHashCode() => 0;
}
