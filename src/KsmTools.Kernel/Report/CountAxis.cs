using System.Globalization;

namespace KsmTools.Report;

/// <summary>An axis of how many walks there are, from none up: whole numbers at round steps.</summary>
internal static class CountAxis
{
    private static readonly (double Size, string Name)[] Units = [(1e18, " E"), (1e15, " P"), (1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")];

    // Below this a number is as short as with a unit.
    private const double LeastForUnits = 10_000;

    /// <summary>The counts that are marked, 0 first.</summary>
    /// <param name="highest">The highest count of all; at least 1.</param>
    /// <param name="most">How many marks there may be above 0; at least 2.</param>
    public static IEnumerable<(long Count, string Text)> Marks(long highest, int most)
    {
        double step = Math.Max(1, RoundStep.Of(highest, most));
        for (double count = 0; count <= highest; count += step)
        {
            yield return ((long)count, Text(count));
        }
    }

    /// <summary>A count in few characters: from 10,000 on in thousands, millions and so on, to two digits behind the point.</summary>
    public static string Text(double count)
    {
        (double size, string name) = count < LeastForUnits ? (1, string.Empty) : Units.First(unit => count >= unit.Size);
        return (count / size).ToString("#,##0.##", CultureInfo.InvariantCulture) + name;
    }
}
