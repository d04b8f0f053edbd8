using KsmTools.Errors;

namespace KsmTools.Tracing.Sessions;

/// <summary>A source that could not be used, and why.</summary>
/// <param name="Source">The source.</param>
/// <param name="Reason">What was missing, or what the kernel said.</param>
public sealed record RmapSourceRefusal(RmapTraceSource Source, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Reason);
}
