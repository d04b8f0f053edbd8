using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// What this module knows of a session it made, in <c>/run/ksmtools/sessions/NAME</c>: written before the kernel is changed, so that whatever
/// happens to its maker, the session can be found and all of it removed, and nothing else.
/// </summary>
internal sealed record SessionRecord
{
    private const string Folder = "sessions";
    private const string GroupPrefix = "ksmtools";
    private const char Separator = '|';

    // No session's name begins with it; those of unfinished files do (OpenFolder).
    private const char Draft = '.';

    public required string Name { get; init; }

    /// <summary>What it traces; null where a damaged record does not say.</summary>
    public required SessionKind? Kind { get; init; }

    /// <summary>The command that made it.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>Its process, for people.</summary>
    public int ProcessId { get; init; }

    /// <summary>When, as written.</summary>
    public string Time { get; init; } = string.Empty;

    /// <summary>The source of rmap events.</summary>
    public RmapTraceSource Source { get; init; }

    /// <summary>The group of the dynamic events that were defined for it; null where none were.</summary>
    public string? Group { get; init; }

    /// <summary>Its events, as <c>system/event</c>.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The kernel functions whose calls it sees.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>What it cannot see.</summary>
    public IReadOnlyList<string> NotCovered { get; init; } = [];

    /// <summary>The sources that were tried before, and why they could not be used.</summary>
    public IReadOnlyList<RmapSourceRefusal> Refusals { get; init; } = [];

    /// <summary>What was asked for, for comparison with what is asked for the next time.</summary>
    public string Request { get; init; } = string.Empty;

    /// <summary>The filter, as the kernel has it.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether the kernel pairs and counts.</summary>
    public bool IsAggregate { get; init; }

    /// <summary>Whether it is not what was written: what it says is all that is known.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The group of a session's own events. A name of the kernel's may not have a dash.</summary>
    /// <param name="session">The session's name.</param>
    public static string GroupOf(string session)
    {
        string own = session.Replace('-', '_').Replace('.', '_');
        return own.StartsWith(GroupPrefix, StringComparison.Ordinal) ? own : $"{GroupPrefix}_{own}";
    }

    /// <summary>All records of this boot.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>: others could have written them.</exception>
    public static IReadOnlyList<SessionRecord> All(KernelTree kernel) =>
        [.. StateFile.Names(kernel, Folder).Where(name => name[0] != Draft).Select(name => Read(kernel, name)).OfType<SessionRecord>()];

    /// <summary>Deletes what killed commands left half written, and records of an earlier boot, whose sessions went with it. The caller has the lock.</summary>
    public static void Sweep(KernelTree kernel)
    {
        foreach (string name in StateFile.Names(kernel, Folder))
        {
            StateFile file = FileOf(kernel, name);
            if (name[0] == Draft || file.Read() is { IsOfEarlierBoot: true })
            {
                file.TryDelete();
            }
        }

        CommandLock.SweepSessions(kernel, session => FileOf(kernel, session).Exists);
    }

    /// <summary>A record, as far as it can be read; null where there is none of this boot.</summary>
    /// <exception cref="KsmToolsException">The kernel cannot read it, or others could have written it.</exception>
    public static SessionRecord? Read(KernelTree kernel, string name)
    {
        if (FileOf(kernel, name).Read() is not { IsOfEarlierBoot: false } text)
        {
            return null;
        }

        NamedValues values = text.Values;
        SessionKind? kind = Parse<SessionKind>(values.Find("kind"));
        RmapTraceSource? source = Parse<RmapTraceSource>(values.Find("source"));
        bool isDamaged = text.IsDamaged || kind is null || source is null;
        return new SessionRecord
        {
            Name = name,
            IsDamaged = isDamaged,
            Kind = kind,
            Command = values.Find("command") ?? string.Empty,
            ProcessId = int.TryParse(values.Find("process"), NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process : 0,
            Time = values.Find("time") ?? string.Empty,
            Source = source ?? default,

            // Whatever a damaged record says, a session's own events are in the group of its name.
            Group = isDamaged ? GroupOf(name) : values.Find("group"),
            Events = values.FindAll("event"),
            Functions = values.FindAll("function"),
            NotCovered = values.FindAll("not-covered"),
            Refusals = [.. values.FindAll("refused").Select(Refusal)],
            Request = values.Find("request") ?? string.Empty,
            Filter = values.Find("filter"),
            IsAggregate = values.Find("aggregate") is not null,
        };
    }

    /// <summary>Writes the record, whole or not at all.</summary>
    /// <exception cref="KsmToolsException">It cannot be written; nothing may be changed then.</exception>
    public void Write(KernelTree kernel)
    {
        NamedValues values = new NamedValues()
            .Add("kind", Kind?.ToString())
            .Add("command", Command)
            .Add("process", ProcessId.ToString(CultureInfo.InvariantCulture))
            .Add("time", Time)
            .Add("source", Source.ToString())
            .Add("group", Group)
            .AddAll("event", Events)
            .AddAll("function", Functions)
            .AddAll("not-covered", NotCovered)
            .AddAll("refused", Refusals.Select(refusal => $"{refusal.Source}{Separator}{refusal.Reason}"))
            .Add("request", Request)
            .Add("filter", Filter)
            .Add("aggregate", IsAggregate ? "1" : null);
        FileOf(kernel, Name).Write(values);
    }

    /// <summary>Removes the record of a session that is gone. A damaged one is kept elsewhere, for people to see what may be left of the session.</summary>
    /// <returns>What to tell them; null where all was known.</returns>
    /// <exception cref="KsmToolsException">It cannot be removed.</exception>
    public KsmToolsException? Delete(KernelTree kernel)
    {
        StateFile file = FileOf(kernel, Name);
        if (!IsDamaged)
        {
            file.Delete();
            return null;
        }

        return file.Exists ? StateErrors.ForDamaged(file.Path, file.MoveAside(), Messages.SessionRestUnknown) : null;
    }

    private static StateFile FileOf(KernelTree kernel, string name) => new(kernel, name, Folder);

    private static RmapSourceRefusal Refusal(string line)
    {
        int separator = line.IndexOf(Separator, StringComparison.Ordinal);
        return new RmapSourceRefusal(Parse<RmapTraceSource>(separator < 0 ? line : line[..separator]) ?? default, line[(separator + 1)..]);
    }

    private static T? Parse<T>(string? value)
        where T : struct, Enum =>
        Enum.TryParse(value, out T parsed) && Enum.IsDefined(parsed) ? parsed : null;
}
