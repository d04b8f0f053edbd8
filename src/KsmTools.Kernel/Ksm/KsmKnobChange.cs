using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>One write to a knob.</summary>
/// <param name="Knob">The property of <see cref="KsmConfiguration"/>.</param>
/// <param name="Path">The file.</param>
/// <param name="Before">The text before.</param>
/// <param name="After">The text written.</param>
public sealed record KsmKnobChange(string Knob, string Path, string Before, string After)
{
    /// <summary>As the confirmation prompt shows it: <c>max_page_sharing 256 -> 64</c>.</summary>
    public override string ToString() => TerminalText.Escape($"{System.IO.Path.GetFileName(Path)} {Before} -> {After}");
}
