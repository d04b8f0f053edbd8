namespace KsmTools.Views;

/// <summary>What the views of recommendations show.</summary>
public static class TuningText
{
    /// <summary>A duration in the unit that fits: <c>200.00 s</c>.</summary>
    /// <param name="duration">The duration; null is empty.</param>
    public static string Duration(TimeSpan? duration) => HumanDuration.FormatIn(duration?.TotalNanoseconds, Records.RmapTimeUnit.Nanoseconds);
}
