using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Tracing.Sessions;

/// <summary>Finds and removes sessions.</summary>
/// <param name="kernel">The kernel's files.</param>
public sealed class TraceSessions(KernelTree kernel)
{
    /// <summary>The names of this kernel's trace clocks (<c>trace_clock</c>); empty where tracefs is not mounted, or hidden from this user.</summary>
    /// <exception cref="KsmToolsException">The file cannot be read.</exception>
    public IReadOnlyList<string> Clocks() =>
        TraceFs.Find(kernel)?.ReadText(TraceInstance.Clock)?.Split([' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The sessions of a kind, whoever made them; none where tracefs is not mounted.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.AccessDenied"/>: this user may not look.</exception>
    public IReadOnlyList<TraceSession> List(SessionKind kind) => List(record => record.Kind == kind);

    /// <summary>The sessions of a kind whose instance somebody else has taken away, of which the rest is there; none while a command makes or removes one.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="KsmToolsException">As <see cref="List(SessionKind)"/>.</exception>
    public IReadOnlyList<TraceSession> Gone(SessionKind kind)
    {
        // What a command was making or removing meanwhile is whole, or all gone, once the lock is free.
        string[] before = [.. WithoutInstance().Select(session => session.Name)];
        return before.Length > 0 && CommandLock.HolderOf(kernel, CommandLock.Sessions) is null
            ? [.. WithoutInstance().Where(session => before.Contains(session.Name))]
            : [];

        IEnumerable<TraceSession> WithoutInstance() => All(record => record.Kind == kind).Where(session => !session.Instance.IsThere);
    }

    /// <summary>What to say of sessions of which something is wrong: those with a damaged record, and those of a kind whose instance is gone. None where tracefs is not mounted.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="KsmToolsException">As <see cref="List(SessionKind)"/>.</exception>
    public IReadOnlyList<string> Remarks(SessionKind kind) =>
        [.. List(record => record.IsDamaged).Select(session => session.DamageError).Concat(Gone(kind).Select(session => session.GoneError))
            .Select(failure => $"{failure.Message} {failure.RecommendedAction}")];

    /// <summary>A session.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.TraceSessionNotFound"/>, naming those that there are.</exception>
    public TraceSession Get(SessionKind kind, string name) =>
        List(record => record.Name == name && (record.Kind ?? kind) == kind) is [var found, ..] ? found
        : throw Gone(kind).FirstOrDefault(session => session.Name == name)?.GoneError ?? NotFound(kind, name);

    /// <summary>Removes a session and, with the last, what all of them changed.</summary>
    /// <param name="session">The session.</param>
    /// <param name="command">The command that removes it.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>: somebody uses it, or another command holds the lock.</exception>
    public void Remove(TraceSession session, ActingCommand command)
    {
        ArgumentNullException.ThrowIfNull(session);
        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(kernel, CommandLock.Sessions, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        TraceLeftovers.Undo(session.Tracing, notices);
        session.Remove(notices);
        SharedTraceState.PutBackAfterLast(kernel, notices);
    }

    /// <summary>Removes a session if it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="command">The command that removes it.</param>
    /// <exception cref="KsmToolsException">As <see cref="Remove"/>.</exception>
    internal void RemoveIfThere(string name, ActingCommand command)
    {
        if (SessionRecord.Read(kernel, name) is { } record && TraceFs.Find(kernel) is { } tracing)
        {
            Remove(new TraceSession(tracing, tracing.Instance(name), record), command);
        }
    }

    private IReadOnlyList<TraceSession> List(Func<SessionRecord, bool> wanted) => [.. All(wanted).Where(session => session.Instance.IsThere)];

    private IEnumerable<TraceSession> All(Func<SessionRecord, bool> wanted)
    {
        IReadOnlyList<SessionRecord> records = SessionRecord.All(kernel);
        return TraceFs.Find(kernel) is { } tracing
            ? records.Where(wanted).Select(record => new TraceSession(tracing, tracing.Instance(record.Name), record))
            : records.Count == 0 && !IsHidden() ? [] : throw Unavailable();
    }

    private bool IsHidden() => kernel.Exists(TraceFs.Folder) && kernel.Access(TraceFs.Folder, FileCalls.MayRead) != Errno.None;

    private KsmToolsException Unavailable()
    {
        try
        {
            _ = TraceFs.Get(kernel);
        }
        catch (KsmToolsException failure)
        {
            return failure;
        }

        return KernelErrors.ForFile(Errno.EAGAIN, kernel.Locate(TraceFs.Folder), "read");
    }

    private KsmToolsException NotFound(SessionKind kind, string name)
    {
        string others = string.Join(", ", List(kind).Select(session => session.Name));
        return new KsmToolsException(
            ErrorReason.TraceSessionNotFound,
            name,
            others.Length == 0 ? Text.Format(Messages.SessionNotFound, name) : Text.Format(Messages.SessionNotFoundAmong, name, others),
            Text.Format(Messages.SessionNotFoundAction, kind));
    }
}
