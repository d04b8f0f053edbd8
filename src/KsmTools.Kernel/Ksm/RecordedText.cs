using System.Text;

namespace KsmTools.Ksm;

/// <summary>A file's text on one line of a record, without the arrow that stands between two of them. Numbers and words stand there as they are.</summary>
internal static class RecordedText
{
    private const char Escape = '\\';

    /// <summary>The text as it is recorded.</summary>
    public static string Of(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("->", "-\\>", StringComparison.Ordinal);

    /// <summary>The text that was recorded.</summary>
    public static string Read(string recorded)
    {
        var text = new StringBuilder(recorded.Length);
        for (int index = 0; index < recorded.Length; index++)
        {
            bool isEscaped = recorded[index] == Escape && index + 1 < recorded.Length;
            char each = isEscaped ? recorded[++index] : recorded[index];
            text.Append(isEscaped && each == 'n' ? '\n' : each);
        }

        return text.ToString();
    }
}
