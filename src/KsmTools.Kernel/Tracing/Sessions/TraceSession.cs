using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Rmap;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// A session that is there: an instance of tracefs with buffers, events and a clock of its own (Documentation/trace/ftrace.rst, "Instances"), and what is known of
/// who made it. Its state and counts are read each time they are asked for; where the kernel refuses, that is a <see cref="KsmToolsException"/>.
/// </summary>
public sealed class TraceSession
{
    // An instance is busy while a reader of another process closes its files; longer than this, somebody works with it.
    private static readonly TimeSpan BusyFor = TimeSpan.FromMilliseconds(500);

    internal TraceSession(TraceFs tracing, TraceInstance instance, SessionRecord record)
    {
        Tracing = tracing;
        Instance = instance;
        Record = record;
        Aggregation = record is { IsAggregate: true, Group: { } own } ? new WalkAggregation(tracing, instance, own) : null;
    }

    /// <summary>Its name, which is its instance's.</summary>
    public string Name => Record.Name;

    /// <summary>What it traces.</summary>
    public SessionKind Kind => Record.Kind ?? default;

    /// <summary>The command that made it.</summary>
    public string Command => Record.Command;

    /// <summary>When it was made, as the <c>O</c> format of <see cref="DateTimeOffset"/> writes it.</summary>
    public string Time => Record.Time;

    /// <summary>Its folder in tracefs.</summary>
    public string Path => Instance.Locate(string.Empty);

    /// <summary>What its events cannot see, in sentences.</summary>
    public IReadOnlyList<string> NotCovered => Record.NotCovered;

    /// <summary>Whether the kernel pairs and counts walks, so that there are no events; <see cref="AggregatedWalks"/> has what it counted.</summary>
    public bool IsAggregate => Aggregation is not null;

    internal TraceFs Tracing { get; }

    /// <summary>What says that its maker still runs; null where that does not matter, and where somebody else is the maker.</summary>
    internal CommandLock? Hold { get; init; }

    internal TraceInstance Instance { get; }

    internal SessionRecord Record { get; }

    /// <summary>What pairs and counts in the kernel; null where events are recorded.</summary>
    internal WalkAggregation? Aggregation { get; }

    /// <summary>Whether its events are recorded.</summary>
    public bool IsEnabled => Instance.ReadText(TraceInstance.TracingOn) == "1";

    /// <summary>The trace clock's name, as <c>local</c> (Documentation/trace/ftrace.rst, "trace_clock").</summary>
    public string Clock => TraceClock.Selected(Instance.ReadText(TraceInstance.Clock) ?? string.Empty);

    /// <summary>Bytes of one CPU's buffer.</summary>
    public long BufferSize => KiB(Instance.ReadText(TraceInstance.BufferSize));

    /// <summary>Bytes of all buffers.</summary>
    public long TotalBufferSize => KiB(Instance.ReadText("buffer_total_size_kb"));

    /// <summary>What the kernel counts, for each CPU.</summary>
    public IReadOnlyList<TraceCpuStatistics> Statistics() =>
        [.. Instance.Cpus.Select(cpu => TraceCpuStatistics.Parse(cpu, Instance.ReadText($"per_cpu/cpu{cpu.ToString(CultureInfo.InvariantCulture)}/stats") ?? string.Empty))];

    /// <summary>What the kernel has paired and counted, for every page type that had a walk, in nanoseconds; empty where events are recorded.</summary>
    /// <exception cref="KsmToolsException">A histogram cannot be read.</exception>
    public IReadOnlyList<RmapWalkStatistics> AggregatedWalks() => Aggregation?.Statistics() ?? [];

    /// <summary>Starts or stops recording; what is in the buffers stays.</summary>
    /// <param name="on">Which.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Switch(bool on)
    {
        Aggregation?.Switch(on);
        Instance.Write(TraceInstance.TracingOn, on ? "1" : "0");
    }

    /// <summary>Empties the buffers.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Clear()
    {
        Aggregation?.Clear();
        Instance.Truncate("trace");
    }

    /// <summary>Takes away the instance, the probes, the record and the locks.</summary>
    /// <param name="notices">Gets what people are to be told: that the record was damaged.</param>
    /// <exception cref="KsmToolsException">Somebody uses it; what could not be removed is still on record.</exception>
    internal void Remove(Notices notices)
    {
        if (Instance.IsThere)
        {
            // An instance is removed with its events on; where somebody uses it, it goes on as it was. Triggers that refer to each other keep it busy.
            if (Aggregation is not null)
            {
                _ = Instance.TryWrite(TraceInstance.TracingOn, "0");
                Aggregation.RemoveTriggers();
                Instance.DisableEvents();
            }

            RemoveInstance();
        }

        Aggregation?.RemoveEvents();
        if (Record.Group is { } group)
        {
            new DynamicEvents(Tracing).Remove(group);
        }

        // Nobody can read its buffers any more, and whoever is killed here finds the record again.
        new StateFile(Tracing.Kernel, CommandLock.OfBuffers(Name)).Delete();
        if (Record.Delete(Tracing.Kernel) is { } damage)
        {
            notices.Damage(damage);
        }

        new StateFile(Tracing.Kernel, CommandLock.OfSession(Name)).Delete();
    }

    /// <summary>That the record is damaged, and what to do about it.</summary>
    internal KsmToolsException DamageError => new(
        ErrorReason.TraceSessionExists, Path, Text.Format(Messages.SessionRecordDamaged, Name), Text.Format(Messages.SessionRecordDamagedAction, Kind, Name), Errno.EEXIST);

    /// <summary>That somebody else has taken its instance away, and what to do about the rest.</summary>
    internal KsmToolsException GoneError => new(
        ErrorReason.TraceSessionNotFound, Name, Text.Format(Messages.SessionGone, Name, Path), Text.Format(Messages.SessionGoneAction, Kind, Name), Errno.ENOENT);

    private void RemoveInstance()
    {
        long since = Stopwatch.GetTimestamp();
        Errno errno;
        while ((errno = Instance.TryRemove()) == Errno.EBUSY && Stopwatch.GetElapsedTime(since) < BusyFor)
        {
            Thread.Sleep(10);
        }

        if (errno == Errno.EBUSY)
        {
            string path = Instance.Locate(string.Empty);
            throw new KsmToolsException(
                ErrorReason.KnobBusy, path, Text.Format(Messages.SessionBusy, path, errno.Describe(), OpenFiles.Users(path) ?? Messages.UnknownHolder), Messages.SessionBusyAction, errno);
        }

        if (errno is not (Errno.None or Errno.ENOENT))
        {
            throw Instance.Failure(errno, string.Empty, "remove");
        }
    }

    // "1410", or "7 (expanded: 1410)" of a buffer that nobody has used yet.
    private static long KiB(string? text)
    {
        string number = (text ?? string.Empty).Split(' ')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size * 1024 : 0;
    }
}
