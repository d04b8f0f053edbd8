using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// Probe and synthetic events that are defined while the kernel runs (<c>dynamic_events</c>; Documentation/trace/kprobetrace.rst,
/// fprobetrace.rst, histogram-design.rst). The file is written without truncation, which would take away everybody's.
/// </summary>
/// <param name="tracing">tracefs.</param>
internal sealed class DynamicEvents(TraceFs tracing)
{
    private const string EventsFile = "dynamic_events";

    /// <summary>Whether this kernel has any kind of them.</summary>
    public bool IsThere => tracing.Exists(EventsFile);

    /// <summary>Where they are defined, for people.</summary>
    public string Path => tracing.Locate(EventsFile);

    /// <summary>Defines an event.</summary>
    /// <param name="definition">Such as <c>p:group/name function argument=$arg1:x64</c>.</param>
    /// <param name="refusal">What the kernel said against it.</param>
    /// <returns>Whether the kernel took it.</returns>
    public bool TryDefine(string definition, out string refusal)
    {
        Errno errno = tracing.TryWrite(EventsFile, definition);
        refusal = errno switch
        {
            Errno.None => string.Empty,
            Errno.EPERM => tracing.Failure(errno, EventsFile, "write").Message,
            _ => Text.Format(Messages.ProbeRefused, definition, errno.Describe(), TraceError.Last(tracing)?.ToString() ?? Messages.NoReasonGiven),
        };
        return errno == Errno.None;
    }

    /// <summary>The events of a group, as <c>group/name</c>; each once, however many probes it has.</summary>
    public IReadOnlyList<string> Of(string group)
    {
        string marker = $":{group}/";
        return [.. (tracing.ReadText(EventsFile) ?? string.Empty).Split('\n')
            .Select(line => line.Split(' ')[0])
            .Where(head => head.Contains(marker, StringComparison.Ordinal))
            .Select(head => head[(head.IndexOf(':', StringComparison.Ordinal) + 1)..])
            .Distinct()];
    }

    /// <summary>Removes the events of a group.</summary>
    /// <exception cref="KsmToolsException">One is still in use.</exception>
    public void Remove(string group)
    {
        foreach (string name in IsThere ? Of(group) : [])
        {
            RemoveEvent(name);
        }
    }

    /// <summary>Removes an event with all its probes; it may not be there.</summary>
    /// <param name="name">The event, as <c>group/name</c>.</param>
    /// <exception cref="KsmToolsException">It is still in use.</exception>
    public void RemoveEvent(string name)
    {
        Errno errno = tracing.TryWrite(EventsFile, $"-:{name}");
        if (errno is not (Errno.None or Errno.ENOENT))
        {
            throw tracing.Failure(errno, EventsFile, $"remove {name} from");
        }
    }
}
