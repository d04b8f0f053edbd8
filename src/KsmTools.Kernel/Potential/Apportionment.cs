namespace KsmTools.Potential;

/// <summary>Rounds numbers so that they add up to their rounded sum: those with the largest remainders go up (Hamilton's method).</summary>
internal static class Apportionment
{
    private const double Noise = 1e-6;

    /// <summary>The rounded numbers, each one of the two whole numbers next to it.</summary>
    public static long[] Round(IReadOnlyList<double> parts)
    {
        long[] rounded = [.. parts.Select(part => Down(part))];
        long missing = (long)Math.Round(parts.Sum()) - rounded.Sum();
        foreach (int index in Enumerable.Range(0, parts.Count).OrderByDescending(index => parts[index] - rounded[index]).Take((int)Math.Max(missing, 0)))
        {
            rounded[index]++;
        }

        return rounded;
    }

    /// <summary>The whole number below, but for what arithmetic loses.</summary>
    public static long Down(double number) => (long)Math.Floor(number + Noise);

    /// <summary>The whole number above.</summary>
    public static long Up(double number) => (long)Math.Ceiling(number - Noise);
}
