using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;

namespace KsmTools.Tracing.Sessions;

/// <summary>Filters that the kernel applies before it records (Documentation/trace/events.rst, "Event filtering").</summary>
internal static class EventFilter
{
    /// <summary>Tells, in events of both, probes on functions that walk every page type (1) from those of one (0).</summary>
    public const string EntranceField = "entrance";

    // A write to a filter file is at most a page (kernel/trace/trace_events.c, event_filter_write).
    private const int MaximumLength = 4000;

    /// <summary>The page types, by the string that the native tracepoints have; null for all of them.</summary>
    public static string? PageTypes(IReadOnlyCollection<RmapPageType> types) =>
        types.Count == 0 ? null : string.Join(" || ", types.Distinct().Order().Select(type => $"page_type == \"{Name(type)}\""));

    /// <summary>The page types, by the low bits of <c>folio->mapping</c>; null for all of them.</summary>
    public static string? PageTypeBits(IReadOnlyCollection<RmapPageType> types) =>
        types.Count == 0 ? null : string.Join(" || ", types.Distinct().Order().Select(type => $"page_type == {Bits(type)}"));

    /// <summary>
    /// The threads that some processes have now; null for every thread. Threads with neighbouring numbers make one range, for the
    /// filter's length is limited. A thread that a process starts later is not among them.
    /// </summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.ProcessNotFound"/>, or too many threads for a filter.</exception>
    public static string? Threads(KernelTree kernel, IReadOnlyCollection<int> processes)
    {
        if (processes.Count == 0)
        {
            return null;
        }

        string filter = string.Join(" || ", Ranges([.. processes.SelectMany(id => ThreadsOf(kernel, id)).Distinct().Order()]).Select(range => Condition(range.First, range.Last)));
        return filter.Length <= MaximumLength
            ? filter
            : throw new KsmToolsException(ErrorReason.KnobValueInvalid, processes, Text.Format(Messages.FilterTooLong, filter.Length, MaximumLength), Messages.FilterTooLongAction);
    }

    /// <summary>Both conditions.</summary>
    public static string? And(string? one, string? other) => one is null ? other : other is null ? one : $"({one}) && ({other})";

    /// <summary>A page type as the native tracepoints spell it.</summary>
    public static string Name(RmapPageType type) => type switch
    {
        RmapPageType.Ksm => "ksm",
        RmapPageType.Anon => "anon",
        RmapPageType.File => "file",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>A page type as the low bits of <c>folio->mapping</c> (include/linux/page-flags.h).</summary>
    public static char Bits(RmapPageType type) => type switch
    {
        RmapPageType.Ksm => '3',
        RmapPageType.Anon => '1',
        RmapPageType.File => '0',
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static string Condition(int first, int last) => first == last
        ? string.Create(CultureInfo.InvariantCulture, $"common_pid == {first}")
        : string.Create(CultureInfo.InvariantCulture, $"(common_pid >= {first} && common_pid <= {last})");

    private static IEnumerable<(int First, int Last)> Ranges(IReadOnlyList<int> ids)
    {
        int first = ids[0], last = first;
        foreach (int id in ids.Skip(1))
        {
            if (id != last + 1)
            {
                yield return (first, last);
                first = id;
            }

            last = id;
        }

        yield return (first, last);
    }

    private static IEnumerable<int> ThreadsOf(KernelTree kernel, int id)
    {
        IReadOnlyList<string> tasks = kernel.Folders(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task"));
        return tasks.Count == 0
            ? throw ProcessErrors.NotFound(Interop.Errno.ENOENT, id, kernel.Locate("/proc/"))
            : tasks.Select(task => int.Parse(task, NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
