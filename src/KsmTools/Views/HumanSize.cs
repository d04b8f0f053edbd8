using System.Globalization;

namespace KsmTools.Views;

/// <summary>Bytes for people: <c>512 B</c>, <c>78.1 MiB</c>, <c>-1.2 GiB</c>.</summary>
public static class HumanSize
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Formats a number of bytes, alike in every locale.</summary>
    /// <param name="bytes">Bytes, signed; null is nothing to show.</param>
    /// <returns>The text, empty for null.</returns>
    public static string Format(long? bytes)
    {
        if (bytes is not long value)
        {
            return string.Empty;
        }

        double size = Math.Abs((double)value);
        if (size < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value} B");
        }

        int unit = -1;
        do
        {
            size /= 1024;
            unit++;
        }
        while (Math.Round(size, 1) >= 1024 && unit < Units.Length - 1);

        return string.Create(CultureInfo.InvariantCulture, $"{(value < 0 ? "-" : string.Empty)}{size:0.0} {Units[unit]}");
    }
}
