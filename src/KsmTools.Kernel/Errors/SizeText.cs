using System.Globalization;

namespace KsmTools.Errors;

/// <summary>Bytes for people: <c>512 B</c>, <c>78.1 MiB</c>, <c>-1.2 GiB</c>.</summary>
public static class SizeText
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Formats a number of bytes, alike in every locale.</summary>
    /// <param name="bytes">Bytes, signed.</param>
    /// <returns>The text.</returns>
    public static string Format(long bytes)
    {
        double size = Math.Abs((double)bytes);
        if (size < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        int unit = -1;
        do
        {
            size /= 1024;
            unit++;
        }
        while (Math.Round(size, 1) >= 1024 && unit < Units.Length - 1);

        return string.Create(CultureInfo.InvariantCulture, $"{(bytes < 0 ? "-" : string.Empty)}{size:0.0} {Units[unit]}");
    }
}
