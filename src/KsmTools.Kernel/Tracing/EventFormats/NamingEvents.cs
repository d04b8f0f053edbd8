using System.Text;

namespace KsmTools.Tracing.EventFormats;

/// <summary>Where an event's record has a thread and what it is called.</summary>
/// <param name="Thread">The thread's number.</param>
/// <param name="Name">The name, of a fixed length or at a location that the record tells.</param>
/// <param name="IsPath">Whether it is a program's path, whose last part is the name (<c>begin_new_exec</c>, fs/exec.c).</param>
internal readonly record struct ThreadNaming(NumberField Thread, EventField Name, bool IsPath)
{
    /// <summary>A record that is shorter does not hold both.</summary>
    public int End => Math.Max(Thread.End, Name.End);
}

/// <summary>
/// The scheduler's events that say what threads are called, of which trace-cmd takes the names of threads that the kernel has not saved: those of
/// <c>sched_switch</c> and of wakeups; and a program that is begun, whose thread has its name from then on (include/trace/events/sched.h).
/// </summary>
internal sealed class NamingEvents
{
    private static readonly (string Event, string Thread, string Name)[] All =
    [
        ("sched_switch", "prev_pid", "prev_comm"),
        ("sched_switch", "next_pid", "next_comm"),
        ("sched_wakeup", "pid", "comm"),
        ("sched_wakeup_new", "pid", "comm"),
        ("sched_process_exec", "pid", Path),
    ];

    private const string Path = "filename";

    private readonly (int Id, ThreadNaming[] Namings)[] _events;

    private NamingEvents((int Id, ThreadNaming[] Namings)[] events) => _events = events;

    /// <summary>Whether an event says what a thread is called.</summary>
    /// <param name="name">Its name as bytes.</param>
    public static bool Has(ReadOnlySpan<byte> name)
    {
        foreach ((string known, _, _) in All)
        {
            if (Ascii.Equals(name, known))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes those that there are of a set of formats; null where there are none.</summary>
    public static NamingEvents? From(IEnumerable<EventFormat> formats)
    {
        (int, ThreadNaming[])[] events = [.. formats.Select(format => (format.Id, Of(format))).Where(one => one.Item2.Length > 0)];
        return events.Length > 0 ? new NamingEvents(events) : null;
    }

    /// <summary>What an event says; nothing of others.</summary>
    public ReadOnlySpan<ThreadNaming> Find(int id)
    {
        foreach ((int known, ThreadNaming[] namings) in _events)
        {
            if (known == id)
            {
                return namings;
            }
        }

        return default;
    }

    private static ThreadNaming[] Of(EventFormat format)
    {
        var namings = new List<ThreadNaming>();
        foreach ((string known, string thread, string name) in All)
        {
            if (known == format.Name && NumberField.Of(format.Find(thread)) is { Size: 4 } number && format.Find(name) is { } field)
            {
                namings.Add(new ThreadNaming(number, field, name == Path));
            }
        }

        return [.. namings];
    }
}
