using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>Whether merging works, and if not, why and what to do.</summary>
/// <param name="Verdict">The finding, for scripts.</param>
/// <param name="Message">The finding, for people.</param>
/// <param name="Remedy">What to do; null where all is well.</param>
public sealed record KsmDiagnosis(KsmVerdict Verdict, string Message, string? Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Remedy is null ? Message : $"{Message} {Remedy}");
}
