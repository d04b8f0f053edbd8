using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tracing.Sessions;

/// <summary>Sessions of KSM's own events, and their buffers.</summary>
/// <param name="kernel">The kernel's files.</param>
public sealed class KsmTraces(KernelTree kernel)
{
    private readonly TraceSessionMaker _maker = new(kernel);

    /// <summary>Makes a session and starts it; one that is there and was made for the same is started again.</summary>
    /// <param name="request">The name, the buffers and the clock.</param>
    /// <param name="kinds">The events; empty for all that this kernel has.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.ProbeNotAvailable"/>: this kernel has not the events; or the session cannot be made. The kernel is as it was.</exception>
    public TraceSession Start(TraceSessionRequest request, IReadOnlyCollection<KsmEventKind> kinds)
    {
        ArgumentNullException.ThrowIfNull(request);
        KsmEventKind[] wanted = [.. kinds.Distinct().Order()];
        return _maker.Start(request with { Kind = SessionKind.Ksm, Rest = $"events={(wanted.Length == 0 ? "all" : string.Join('+', wanted))}" }, group: null, (tracing, _) => Prepare(tracing, wanted));
    }

    private static TraceSessionSetup Prepare(TraceFs tracing, KsmEventKind[] wanted)
    {
        ILookup<bool, KsmEventKind> there = Enum.GetValues<KsmEventKind>().ToLookup(kind => tracing.Exists($"events/{KsmEventShape.PathOf(kind)}"));
        KsmEventKind[] taken = [.. wanted.Length == 0 ? there[true] : wanted];
        if (taken.Length == 0)
        {
            string folder = tracing.Locate($"events/{KsmEventShape.System}");
            throw new KsmToolsException(ErrorReason.ProbeNotAvailable, folder, Text.Format(Messages.KsmEventsMissing, folder), Messages.KsmEventsMissingAction);
        }

        if (Array.FindIndex(taken, kind => !there[true].Contains(kind)) is >= 0 and var missing)
        {
            string path = tracing.Locate($"events/{KsmEventShape.PathOf(taken[missing])}");
            throw new KsmToolsException(
                ErrorReason.ProbeNotAvailable, path, Text.Format(Messages.KsmEventMissing, taken[missing], path), Text.Format(Messages.KsmEventMissingAction, string.Join(", ", there[true])));
        }

        return new TraceSessionSetup
        {
            Events = [.. taken.Select(kind => (KsmEventShape.PathOf(kind), (string?)null))],
            NotCovered = wanted.Length == 0 ? [.. there[false].Select(kind => kind.ToString())] : [],
        };
    }
}
