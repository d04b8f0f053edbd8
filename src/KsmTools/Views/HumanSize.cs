using KsmTools.Errors;

namespace KsmTools.Views;

/// <summary>Bytes for people: <c>512 B</c>, <c>78.1 MiB</c>, <c>-1.2 GiB</c>.</summary>
public static class HumanSize
{
    /// <summary>Formats a number of bytes, alike in every locale.</summary>
    /// <param name="bytes">Bytes, signed; null is nothing to show.</param>
    /// <returns>The text, empty for null.</returns>
    public static string Format(long? bytes) => bytes is { } value ? SizeText.Format(value) : string.Empty;
}
