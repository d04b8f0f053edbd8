using KsmTools.Errors;

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

    /// <summary>The ways to get at arguments, the best first.</summary>
    protected abstract IReadOnlyList<ProbeArguments> Arguments { get; }

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
        IReadOnlyList<WalkFunction> wanted = [.. WalkFunction.ByPageType.Where(function => request.PageTypes.Count == 0 || request.PageTypes.Contains(function.PageType!.Value))];
        var notCovered = new List<string>();
        List<WalkFunction> functions = Probeable(events, group, wanted, notCovered, out string refusal);
        bool filterType = false;
        if (functions.Count == 0)
        {
            functions = Probeable(events, group, WalkFunction.Entrances, [], out _);
            notCovered = [Messages.InlinedNotCovered];
            filterType = request.PageTypes.Count > 0;
        }

        if (functions.Count == 0)
        {
            throw NotAvailable(refusal, events.Path);
        }

        Define(events, group, Start, functions, Arguments, Entry, bare: false);
        Define(events, group, End, functions, Arguments, Return, bare: true);
        string? filter = EventFilter.And(
            filterType ? EventFilter.PageTypeBits(request.PageTypes) : null, EventFilter.Threads(tracing.Kernel, request.ProcessIds));
        CheckEnable(instance, $"{group}/{Start}");
        CheckEnable(instance, $"{group}/{End}");
        return new TraceSessionSetup
        {
            Source = Kind,
            Events = [($"{group}/{Start}", filter), ($"{group}/{End}", filterType ? EventFilter.Threads(tracing.Kernel, request.ProcessIds) : filter)],
            Functions = [.. functions.Select(function => function.Name)],
            NotCovered = notCovered,
            HasTypeBits = functions[0].PageType is null,
        };
    }

    // Some kernels attach a probe only when its event is switched on (6.17: "fprobe-event: Register fprobe-events only when it is enabled").
    private void CheckEnable(TraceInstance instance, string name)
    {
        Interop.Errno errno = instance.TryWrite($"events/{name}/enable", "1");
        if (errno != Interop.Errno.None)
        {
            throw NotAvailable(instance.Failure(errno, $"events/{name}/enable", "write").Message, name);
        }
    }

    private List<WalkFunction> Probeable(
        DynamicEvents events, string group, IReadOnlyList<WalkFunction> functions, List<string> notCovered, out string refusal)
    {
        refusal = string.Empty;
        var probeable = new List<WalkFunction>();
        foreach (WalkFunction function in functions)
        {
            if (events.TryDefine(Entry($"{group}/try", function.Name), out string answer))
            {
                probeable.Add(function);
                events.Remove(group);
            }
            else
            {
                refusal = answer;
                notCovered.Add(Text.Format(Messages.FunctionNotCovered, function.Name, answer));
            }
        }

        return probeable;
    }

    private void Define(
        DynamicEvents events, string group, string name, IReadOnlyList<WalkFunction> functions, IReadOnlyList<ProbeArguments> ways, Func<string, string, string> probe, bool bare)
    {
        string refusal = string.Empty;
        foreach (ProbeArguments way in ways)
        {
            if (TryDefine(events, functions, function => $"{probe($"{group}/{name}", function.Name)} {way.Of(function)}", $"{group}/{name}", out refusal))
            {
                return;
            }
        }

        // A return probe sees the arguments since Linux 6.9; before, its thread and function say which entry it belongs to.
        if (!bare || !TryDefine(events, functions, function => probe($"{group}/{name}", function.Name), $"{group}/{name}", out refusal))
        {
            throw NotAvailable(refusal, events.Path);
        }
    }

    private static bool TryDefine(DynamicEvents events, IReadOnlyList<WalkFunction> functions, Func<WalkFunction, string> definition, string name, out string refusal)
    {
        refusal = string.Empty;
        foreach (WalkFunction function in functions)
        {
            if (!events.TryDefine(definition(function), out refusal))
            {
                events.RemoveEvent(name);
                return false;
            }
        }

        return true;
    }
}
