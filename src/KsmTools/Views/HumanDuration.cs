using System.Globalization;

namespace KsmTools.Views;

/// <summary>Nanoseconds for people: <c>850 ns</c>, <c>1.67 ms</c>, <c>705.12 ms</c>, <c>2.50 s</c>.</summary>
public static class HumanDuration
{
    private static readonly string[] Units = ["ns", "us", "ms", "s"];

    /// <summary>Formats a duration, alike in every locale.</summary>
    /// <param name="nanoseconds">Nanoseconds, signed; null is nothing to show.</param>
    /// <returns>The text, empty for null.</returns>
    public static string Format(long? nanoseconds)
    {
        if (nanoseconds is not { } value)
        {
            return string.Empty;
        }

        double figure = value;
        int unit = 0;
        while (Math.Round(Math.Abs(figure), 2) >= 1000 && unit < Units.Length - 1)
        {
            figure /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? value.ToString(CultureInfo.InvariantCulture) : figure.ToString("0.00", CultureInfo.InvariantCulture))} {Units[unit]}");
    }
}
