using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.TraceFiles;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.Sessions;

/// <summary>A tracefs instance: a trace array with buffers, events, clock and options of its own (Documentation/trace/ftrace.rst, "Instances").</summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="path">Its folder, as the kernel's own absolute path.</param>
/// <param name="name">Its name.</param>
internal sealed partial class TraceInstance(KernelTree kernel, string path, string name) : TraceFolder(kernel, path)
{
    public const string TracingOn = "tracing_on";
    public const string Clock = "trace_clock";
    public const string BufferSize = "buffer_size_kb";

    private const string Trace = "trace";
    private const string Options = "trace_options";

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Whether it is there.</summary>
    public bool IsThere => Exists(TracingOn);

    /// <summary>The CPUs that have a buffer.</summary>
    public IReadOnlyList<int> Cpus =>
        [.. Folders("per_cpu")
            .Select(folder => folder.StartsWith("cpu", StringComparison.Ordinal) && int.TryParse(folder.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) ? cpu : -1)
            .Where(cpu => cpu >= 0)
            .Order()];

    /// <summary>The events that are on, as <c>system:event</c>.</summary>
    public IReadOnlyList<string> EnabledEvents => ReadText("set_event")?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Makes it.</summary>
    /// <exception cref="KsmToolsException">The kernel refused, or this is no tracefs.</exception>
    public void Make()
    {
        if (!Kernel.IsLive)
        {
            throw new KsmToolsException(
                ErrorReason.TraceFsNotAvailable, Locate(string.Empty), Text.Format(Messages.InstanceNotLive, Locate(string.Empty)), Messages.InstanceNotLiveAction);
        }

        Errno errno = FolderCalls.TryMake(Path);
        if (errno != Errno.None)
        {
            throw Failure(errno, string.Empty, "create");
        }
    }

    /// <summary>Opens its buffers as the kernel's own text; reading takes nothing away.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public TraceFile OpenTrace()
    {
        Errno errno = TryOpen(Trace, FileCalls.ReadOnly, out SafeFileHandle? file);
        return file is null ? throw Failure(errno, Trace, "open") : TraceFile.Of(file, Locate(Trace));
    }

    /// <summary>Takes it away, with its buffers.</summary>
    /// <returns><see cref="Errno.None"/>; <see cref="Errno.EBUSY"/> while somebody has one of its files open.</returns>
    public Errno TryRemove() => Kernel.IsLive ? FolderCalls.TryRemove(Path) : Errno.EROFS;

    /// <summary>Switches an event on or off.</summary>
    /// <param name="name">The event, as <c>system/event</c>.</param>
    /// <param name="on">Which.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Enable(string name, bool on) => Write($"events/{name}/enable", on ? "1" : "0");

    /// <summary>Switches every event off.</summary>
    public void DisableEvents()
    {
        foreach (string name in EnabledEvents)
        {
            _ = TryWrite($"events/{name.Replace(':', '/')}/enable", "0");
        }
    }

    /// <summary>Has the kernel drop an event's records that do not match.</summary>
    /// <param name="name">The event, as <c>system/event</c>.</param>
    /// <param name="filter">The filter (Documentation/trace/events.rst, "Event filtering").</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/> with what the kernel says is wrong with it.</exception>
    public void Filter(string name, string filter)
    {
        string file = $"events/{name}/filter";
        Errno errno = TryWrite(file, filter);
        if (errno == Errno.EINVAL)
        {
            TraceError? error = TraceError.Last(this);
            throw new KsmToolsException(
                ErrorReason.KnobValueInvalid, Locate(file), Text.Format(Messages.FilterRejected, Locate(file), filter, errno.Describe(), error?.ToString() ?? Messages.NoReasonGiven), Messages.FilterRejectedAction, errno);
        }

        if (errno != Errno.None)
        {
            throw Failure(errno, file, "write");
        }
    }
}
