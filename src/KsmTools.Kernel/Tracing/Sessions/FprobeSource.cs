namespace KsmTools.Tracing.Sessions;

/// <summary>fprobe events (CONFIG_FPROBE_EVENTS, since Linux 6.5; Documentation/trace/fprobetrace.rst).</summary>
internal sealed class FprobeSource : ProbeSource
{
    // A number of instances after the f is refused since 6.14, so none is given.
    private const string Prefix = "f:";

    public override RmapTraceSource Kind => RmapTraceSource.Fprobe;

    protected override string Entry(string name, string function) => $"{Prefix}{name} {function}";

    protected override string Return(string name, string function) => $"{Prefix}{name} {function}%return";

    /// <summary>Whether a kernel has them. tracefs has no file of its own for them; its README lists them where they are compiled in.</summary>
    /// <param name="readme">The text of tracefs's <c>README</c>; null where there is none.</param>
    public static bool IsThere(string? readme) => readme?.Contains("f[:[<group>/]", StringComparison.Ordinal) == true;

    protected override string? Missing(TraceFs tracing) => IsThere(tracing.ReadText("README")) ? null : Messages.FprobeMissing;
}
