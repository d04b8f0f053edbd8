using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Tracing.Sessions;

/// <summary>Sessions of rmap events.</summary>
/// <param name="kernel">The kernel's files.</param>
public sealed class RmapTraces(KernelTree kernel)
{
    private readonly TraceSessionMaker _maker = new(kernel);

    /// <summary>Makes a session with the source that is asked for, or with the best that works here, and starts it; one that is there and was made for the same is started again.</summary>
    /// <param name="request">The name, the buffers and the clock.</param>
    /// <param name="wanted">The events.</param>
    /// <exception cref="KsmToolsException">No source works, or the session cannot be made; the kernel is as it was.</exception>
    public TraceSession Start(TraceSessionRequest request, RmapTraceRequest wanted)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(wanted);
        string group = SessionRecord.GroupOf(request.Name);
        return _maker.Start(request with { Kind = SessionKind.Rmap, Rest = wanted.ToString(), IsAggregate = wanted.Aggregate }, group, (tracing, instance) => Prepare(tracing, instance, wanted, group, request.Clock));
    }

    private static TraceSessionSetup Prepare(TraceFs tracing, TraceInstance instance, RmapTraceRequest wanted, string group, string? clock)
    {
        var events = new DynamicEvents(tracing);
        if (events.IsThere && events.Of(group) is [var other, ..])
        {
            throw new KsmToolsException(ErrorReason.TraceSessionExists, events.Path, Text.Format(Messages.GroupForeign, other), Messages.GroupForeignAction);
        }

        var aggregation = new WalkAggregation(tracing, instance, group);
        var refusals = new List<RmapSourceRefusal>();
        KsmToolsException? last = null;
        foreach (RmapSource source in RmapSource.All.Where(source => wanted.Source == RmapTraceSource.Auto || source.Kind == wanted.Source))
        {
            try
            {
                TraceSessionSetup setup = source.Prepare(tracing, instance, wanted, group);
                if (wanted.Aggregate)
                {
                    aggregation.SetUp(setup, wanted, clock);
                }

                return setup with { Refusals = refusals };
            }
            catch (KsmToolsException failure) when (failure.Reason == ErrorReason.ProbeNotAvailable)
            {
                refusals.Add(new RmapSourceRefusal(source.Kind, failure.Message));
                last = failure;
                if (wanted.Aggregate)
                {
                    aggregation.RemoveTriggers();
                    aggregation.RemoveEvents();
                }

                instance.DisableEvents();
                events.Remove(group);
            }
        }

        throw refusals.Count == 1
            ? last!
            : new KsmToolsException(
                ErrorReason.ProbeNotAvailable, tracing.Locate(string.Empty), Text.Format(Messages.NoSource, string.Join(" ", refusals.Select(refusal => refusal.Reason))), Messages.NoSourceAction);
    }
}
