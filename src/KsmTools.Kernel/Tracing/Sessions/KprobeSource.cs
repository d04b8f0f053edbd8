namespace KsmTools.Tracing.Sessions;

/// <summary>kprobe events (CONFIG_KPROBE_EVENTS; Documentation/trace/kprobetrace.rst).</summary>
internal sealed class KprobeSource : ProbeSource
{
    // How many calls of a function may be under way at once: the kernel's own choice is 10 or twice the CPUs, and calls beyond that are missed.
    private const int CallsAtOnce = 128;

    public override RmapTraceSource Kind => RmapTraceSource.Kprobe;

    protected override string Entry(string name, string function) => $"p:{name} {function}";

    protected override string Return(string name, string function) => FormattableString.Invariant($"r{CallsAtOnce}:{name} {function}");

    protected override string? Missing(TraceFs tracing) => tracing.Exists("kprobe_events") ? null : Errors.Text.Format(Messages.KprobeMissing, tracing.Locate("kprobe_events"));
}
