namespace KsmTools.Report;

/// <summary>Steps of axes: 1, 2 or 5 times a power of ten.</summary>
internal static class RoundStep
{
    /// <summary>The smallest round step that goes into a span no more often than that, and at least once.</summary>
    /// <param name="span">The span; above 0.</param>
    /// <param name="most">How often; at least 2, for one step is up to two and a half times the next.</param>
    public static double Of(double span, int most)
    {
        double step = Math.Pow(10, Math.Floor(Math.Log10(span / most)));
        return ((double[])[1, 2, 5, 10]).Select(times => times * step).First(times => Math.Floor(span / times * 1.0001) <= most);
    }
}
