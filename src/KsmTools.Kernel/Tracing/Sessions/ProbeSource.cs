using KsmTools.Records;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// Probes on the entry and the return of the functions that walk, as two dynamic events with one probe for each function. What the kernel takes is
/// found by trying.
/// </summary>
internal abstract class ProbeSource : RmapSource
{
    private const string Start = "rmap_walk_start";
    private const string End = "rmap_walk_end";

    /// <summary>What is missing for this kind of probe; null where it is there.</summary>
    protected abstract string? Missing(TraceFs tracing);

    /// <summary>The definition of a probe on entry.</summary>
    protected abstract string Entry(string name, string function);

    /// <summary>The definition of a probe on return.</summary>
    protected abstract string Return(string name, string function);

    public override TraceSessionSetup Prepare(TraceFs tracing, TraceInstance instance, RmapTraceRequest request, string group)
    {
        if (Missing(tracing) is { } missing)
        {
            throw NotAvailable(missing, tracing.Locate(string.Empty));
        }

        var events = new DynamicEvents(tracing);
        IEnumerable<RmapPageType> types = request.PageTypes.Count == 0 ? Enum.GetValues<RmapPageType>() : request.PageTypes.Distinct().Order();
        var coverage = new WalkCoverage(types, FunctionNames.Of(tracing.Kernel), function => RefusalOf(events, group, function));
        if (coverage.Functions.Count == 0)
        {
            throw NotAvailable(coverage.Refusal, events.Path);
        }

        string start = $"{group}/{Start}", end = $"{group}/{End}";
        if (!TryDefineWithArguments(events, start, coverage, Entry, out string refusal))
        {
            throw NotAvailable(refusal, events.Path);
        }

        // A return probe sees the arguments since Linux 6.9; before, its thread and function say which entry it belongs to.
        bool isBare = !TryDefineWithArguments(events, end, coverage, Return, out _);
        if (isBare && !TryDefine(events, end, coverage.Functions.Select(function => Return(end, function.Name)), out refusal))
        {
            throw NotAvailable(refusal, events.Path);
        }

        CheckEnable(instance, start);
        CheckEnable(instance, end);
        string? threads = EventFilter.Threads(tracing.Kernel, request.ProcessIds);
        string? filter = EventFilter.And(TypeFilter(coverage, request), threads);
        return new TraceSessionSetup
        {
            Source = Kind,
            Events = [(start, filter), (end, isBare ? threads : filter)],
            Functions = [.. coverage.Functions.Select(function => function.Name)],
            NotCovered = [.. coverage.NotCovered, .. isBare && filter != threads ? [Messages.EndsNotFiltered] : Array.Empty<string>()],
            HasTypeBits = coverage.ByEntrance.Count > 0,
        };
    }

    // A walk that has a function of its own is not counted again where it comes through an entrance.
    private static string? TypeFilter(WalkCoverage coverage, RmapTraceRequest request) =>
        coverage.ByEntrance.Count == 0 ? null
        : coverage.Functions.Any(function => function.PageType is not null) ? $"{EventFilter.EntranceField} == 0 || {EventFilter.PageTypeBits(coverage.ByEntrance)}"
        : EventFilter.PageTypeBits(request.PageTypes);

    // Some kernels attach a probe only when its event is switched on (6.17: "fprobe-event: Register fprobe-events only when it is enabled").
    private void CheckEnable(TraceInstance instance, string name)
    {
        Interop.Errno errno = instance.TryWrite($"events/{name}/enable", "1");
        if (errno != Interop.Errno.None)
        {
            throw NotAvailable(instance.Failure(errno, $"events/{name}/enable", "write").Message, name);
        }
    }

    private string? RefusalOf(DynamicEvents events, string group, string function)
    {
        if (!events.TryDefine(Entry($"{group}/try", function), out string refusal))
        {
            return refusal;
        }

        events.Remove(group);
        return null;
    }

    // What BTF names is right wherever the compiler has put it.
    private static bool TryDefineWithArguments(DynamicEvents events, string name, WalkCoverage coverage, Func<string, string, string> probe, out string refusal)
    {
        IEnumerable<string> Definitions(ProbeArguments way) => way.Of(coverage.Functions).Select(fetch => $"{probe(name, fetch.Function.Name)} {fetch.Fetch}");
        return TryDefine(events, name, Definitions(ProbeArguments.ByName), out refusal) || TryDefine(events, name, Definitions(ProbeArguments.ByNumber), out refusal);
    }

    private static bool TryDefine(DynamicEvents events, string name, IEnumerable<string> definitions, out string refusal)
    {
        refusal = string.Empty;
        foreach (string definition in definitions)
        {
            if (!events.TryDefine(definition, out refusal))
            {
                events.RemoveEvent(name);
                return false;
            }
        }

        return true;
    }
}
