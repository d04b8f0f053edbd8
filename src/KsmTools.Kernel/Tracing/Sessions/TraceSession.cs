using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Tracing.Sessions;

/// <summary>A session that is there: its instance, and what is known of it.</summary>
/// <param name="tracing">tracefs.</param>
/// <param name="instance">Its instance.</param>
/// <param name="record">What is known of it.</param>
internal sealed class TraceSession(TraceFs tracing, TraceInstance instance, SessionRecord record)
{
    // An instance is busy while a reader of another process closes its files; longer than this, somebody works with it.
    private static readonly TimeSpan BusyFor = TimeSpan.FromMilliseconds(500);

    public TraceFs Tracing => tracing;

    public TraceInstance Instance => instance;

    public SessionRecord Record => record;

    /// <summary>What pairs and counts in the kernel; null where events are recorded.</summary>
    public WalkAggregation? Aggregation { get; } = record is { IsAggregate: true, Group: { } own } ? new WalkAggregation(tracing, instance, own) : null;

    /// <summary>Whether its events are recorded.</summary>
    public bool IsEnabled => instance.ReadText(TraceInstance.TracingOn) == "1";

    /// <summary>The trace clock.</summary>
    public string Clock => TraceClock.Selected(instance.ReadText(TraceInstance.Clock) ?? string.Empty);

    /// <summary>Bytes of one CPU's buffer.</summary>
    public long BufferSize => KiB(instance.ReadText(TraceInstance.BufferSize));

    /// <summary>Bytes of all buffers.</summary>
    public long TotalBufferSize => KiB(instance.ReadText("buffer_total_size_kb"));

    /// <summary>What the kernel counts, for each CPU.</summary>
    public IReadOnlyList<TraceCpuStatistics> Statistics() =>
        [.. instance.Cpus.Select(cpu => TraceCpuStatistics.Parse(cpu, instance.ReadText($"per_cpu/cpu{cpu.ToString(CultureInfo.InvariantCulture)}/stats") ?? string.Empty))];

    /// <summary>Starts or stops recording.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Switch(bool on)
    {
        Aggregation?.Switch(on);
        instance.Write(TraceInstance.TracingOn, on ? "1" : "0");
    }

    /// <summary>Empties the buffers.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Clear()
    {
        Aggregation?.Clear();
        instance.Truncate("trace");
    }

    /// <summary>Takes away the instance, the probes and the record.</summary>
    /// <exception cref="KsmToolsException">Somebody uses it; what could not be removed is still on record.</exception>
    public void Remove()
    {
        if (instance.IsThere)
        {
            // An instance is removed with its events on; where somebody uses it, it goes on as it was. Triggers that refer to each other keep it busy.
            if (Aggregation is not null)
            {
                _ = instance.TryWrite(TraceInstance.TracingOn, "0");
                Aggregation.RemoveTriggers();
                instance.DisableEvents();
            }

            RemoveInstance();
        }

        Aggregation?.RemoveEvents();
        if (record.Group is { } group)
        {
            new DynamicEvents(tracing).Remove(group);
        }

        record.Delete(tracing.Kernel);
    }

    private void RemoveInstance()
    {
        long since = Stopwatch.GetTimestamp();
        Errno errno;
        while ((errno = instance.TryRemove()) == Errno.EBUSY && Stopwatch.GetElapsedTime(since) < BusyFor)
        {
            Thread.Sleep(10);
        }

        if (errno == Errno.EBUSY)
        {
            string path = instance.Locate(string.Empty);
            throw new KsmToolsException(
                ErrorReason.KnobBusy, path, Text.Format(Messages.SessionBusy, path, errno.Describe(), OpenFiles.Users(path) ?? Messages.UnknownHolder), Messages.SessionBusyAction, errno);
        }

        if (errno is not (Errno.None or Errno.ENOENT))
        {
            throw instance.Failure(errno, string.Empty, "remove");
        }
    }

    // "1410", or "7 (expanded: 1410)" of a buffer that nobody has used yet.
    private static long KiB(string? text)
    {
        string number = (text ?? string.Empty).Split(' ')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size * 1024 : 0;
    }
}
