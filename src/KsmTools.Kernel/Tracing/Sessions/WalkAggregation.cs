using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// Pairs and counts walks in the kernel (Documentation/trace/histogram.rst, histogram-design.rst): a histogram on the start keeps each thread's time, one
/// on the end makes a synthetic event of the difference, and one on that counts durations by powers of two. No event is recorded at all.
/// A thread is in one walk at a time; of nested walks of one page type only the inner is counted.
/// </summary>
/// <param name="tracing">tracefs.</param>
/// <param name="instance">The session's instance.</param>
/// <param name="group">The group of the session's own events.</param>
internal sealed class WalkAggregation(TraceFs tracing, TraceInstance instance, string group)
{
    private const string Counting = "hist:keys=lat.log2:vals=hitcount,lat:size=2048";

    /// <summary>Has the kernel pair and count the walks of a source.</summary>
    /// <param name="setup">The source's events.</param>
    /// <param name="request">The page types and the clock.</param>
    /// <param name="clock">The trace clock; null for the kernel's choice.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.ProbeNotAvailable"/>: this kernel cannot, and why.</exception>
    public void SetUp(TraceSessionSetup setup, RmapTraceRequest request, string? clock)
    {
        (string start, string? filter) = setup.Events[0];
        string end = setup.Events[1].Name;
        var events = new DynamicEvents(tracing);
        if (!events.IsThere || !instance.Exists($"events/{start}/hist") || !tracing.Exists("synthetic_events"))
        {
            throw NotAvailable(Text.Format(Messages.HistogramsMissing, instance.Locate($"events/{start}/hist")));
        }

        if (clock is not null && TraceClock.UnitOf(clock) != RmapTimeUnit.Nanoseconds)
        {
            throw NotAvailable(Text.Format(Messages.ClockNotNanoseconds, clock));
        }

        string at = clock is null ? string.Empty : $":clock={clock}";
        foreach (RmapPageType type in request.PageTypes.Count == 0 ? Enum.GetValues<RmapPageType>() : [.. request.PageTypes.Distinct()])
        {
            string name = EventFilter.Name(type);
            if (!events.TryDefine($"s:{Synthetic(type)} u64 lat", out string refusal))
            {
                throw NotAvailable(refusal);
            }

            string condition = EventFilter.And(setup.HasTypeBits ? EventFilter.PageTypeBits([type]) : EventFilter.PageTypes([type]), filter)!;
            Trigger(start, $"hist:keys=common_pid:{name}_ts=common_timestamp{at} if {condition}");
            Trigger(end, $"hist:keys=common_pid:{name}_lat=common_timestamp-${name}_ts{at}:onmatch({start.Replace('/', '.')}).trace({Synthetic(type)},${name}_lat)");
            Trigger($"synthetic/{Synthetic(type)}", Counting);
        }
    }

    /// <summary>Counts, or pauses.</summary>
    public void Switch(bool on) => ForEach($"{Counting}:{(on ? "cont" : "pause")}");

    /// <summary>Begins to count anew.</summary>
    public void Clear() => ForEach($"{Counting}:clear");

    /// <summary>Takes the histograms away. Who refers to a variable goes before who sets it.</summary>
    public void RemoveTriggers()
    {
        string[] events = ["rmap/rmap_walk_end", $"{group}/rmap_walk_end", "rmap/rmap_walk_start", $"{group}/rmap_walk_start"];
        foreach (string name in events.Concat(Types().Select(type => $"synthetic/{Synthetic(type)}")))
        {
            if (instance.Exists($"events/{name}/trigger"))
            {
                instance.Truncate($"events/{name}/trigger");
            }
        }
    }

    /// <summary>Takes the synthetic events away, once the histograms are.</summary>
    public void RemoveEvents()
    {
        var events = new DynamicEvents(tracing);
        foreach (RmapPageType type in Types())
        {
            events.RemoveEvent($"synthetic/{Synthetic(type)}");
        }
    }

    /// <summary>What was counted, for every page type that had a walk.</summary>
    /// <exception cref="KsmToolsException">A histogram cannot be read.</exception>
    public IReadOnlyList<RmapWalkStatistics> Statistics() =>
        [.. Types()
            .Select(type => HistogramText.Parse(instance.ReadText($"events/synthetic/{Synthetic(type)}/hist") ?? string.Empty, instance.Locate($"events/synthetic/{Synthetic(type)}/hist")).Statistics(type))
            .Where(statistics => statistics.Count + statistics.TimeBackwards > 0)];

    private IEnumerable<RmapPageType> Types() => Enum.GetValues<RmapPageType>().Where(type => tracing.Exists($"events/synthetic/{Synthetic(type)}"));

    private string Synthetic(RmapPageType type) => string.Create(CultureInfo.InvariantCulture, $"{group}_{EventFilter.Name(type)}");

    private void ForEach(string trigger)
    {
        foreach (RmapPageType type in Types())
        {
            Trigger($"synthetic/{Synthetic(type)}", trigger);
        }
    }

    private void Trigger(string name, string trigger)
    {
        string file = $"events/{name}/trigger";
        Errno errno = instance.TryWrite(file, trigger);
        if (errno != Errno.None)
        {
            throw NotAvailable(Text.Format(Messages.TriggerRefused, instance.Locate(file), trigger, errno.Describe(), TraceError.Last(instance)?.ToString() ?? Messages.NoReasonGiven));
        }
    }

    private KsmToolsException NotAvailable(string reason) => new(
        ErrorReason.ProbeNotAvailable, instance.Locate(string.Empty), Text.Format(Messages.AggregateNotAvailable, reason), Messages.AggregateNotAvailableAction);
}
