using System.Globalization;

namespace KsmTools.Shell.Utility;

/// <summary>What stands between the values of a line.</summary>
internal static class CsvDelimiter
{
    public static char Of(char wanted, bool useCulture) =>
        useCulture ? CultureInfo.CurrentCulture.TextInfo.ListSeparator[0] : wanted == '\0' ? ',' : wanted;
}
