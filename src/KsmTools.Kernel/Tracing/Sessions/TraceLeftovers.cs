using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Tracing.Sessions;

/// <summary>What killed commands have left of sessions: those that a measurement made for itself, and what was being made or removed.</summary>
/// <param name="kernel">The kernel's files.</param>
public sealed class TraceLeftovers(KernelTree kernel)
{
    /// <summary>Where all that is, for people.</summary>
    public string Place => kernel.Locate(TraceFs.Folder);

    /// <summary>The sessions that a killed command left, those among them that were not all made.</summary>
    /// <param name="maker">The command that made them.</param>
    /// <exception cref="KsmToolsException">There is one, and tracefs is not to be seen.</exception>
    public IReadOnlyList<TraceSession> Of(string maker)
    {
        SessionRecord[] left = [.. SessionRecord.All(kernel)
            .Where(record => record.Command == maker && CommandLock.HolderOf(kernel, CommandLock.OfSession(record.Name)) is null)];
        if (left.Length == 0)
        {
            return [];
        }

        TraceFs tracing = TraceFs.Get(kernel);
        return [.. left.Select(record => new TraceSession(tracing, tracing.Instance(record.Name), record))];
    }

    /// <summary>What commands that were killed while they made or removed sessions have left half done, for people; null where nothing is, and while one is at it.</summary>
    /// <exception cref="KsmToolsException">Others could have written what is on record.</exception>
    public string? HalfDone
    {
        get
        {
            IReadOnlyList<SessionRecord> records = SessionRecord.All(kernel);
            TraceFs? tracing = TraceFs.Find(kernel);
            string[] half = [.. records.Where(record => tracing is null || IsHalfMade(record, tracing)).Select(record => record.Name)];
            return CommandLock.HolderOf(kernel, CommandLock.Sessions) is not null ? null
                : half.Length > 0 ? Text.Format(Messages.SessionsHalfMade, string.Join(", ", half))
                : records.Count == 0 && SharedTraceState.IsThere(kernel) ? Messages.SessionsAllGone
                : null;
        }
    }

    /// <summary>Undoes what killed commands have left half done.</summary>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException">As <see cref="TraceSessions.Remove"/>.</exception>
    public void Undo(ActingCommand command)
    {
        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(kernel, CommandLock.Sessions, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        if (SessionRecord.All(kernel).Count > 0)
        {
            // Instances are there also where somebody has unmounted tracefs.
            Undo(SharedTraceState.OpenOrMount(kernel, notices), notices);
        }

        SharedTraceState.PutBackAfterLast(kernel, notices);
    }

    /// <summary>Removes a session that a killed command left, unless somebody has done so meanwhile.</summary>
    /// <param name="session">One of <see cref="Of"/>.</param>
    /// <param name="command">The command that removes it.</param>
    /// <exception cref="KsmToolsException">As <see cref="TraceSessions.Remove"/>.</exception>
    public void Remove(TraceSession session, ActingCommand command)
    {
        ArgumentNullException.ThrowIfNull(session);
        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(kernel, CommandLock.Sessions, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        if (Of(session.Command).FirstOrDefault(left => left.Name == session.Name) is { } left)
        {
            left.Remove(notices);
            SharedTraceState.PutBackAfterLast(kernel, notices);
        }
    }

    /// <summary>Removes the sessions that a killed command left.</summary>
    /// <param name="maker">The command that made them.</param>
    /// <param name="command">The command that removes them.</param>
    /// <exception cref="KsmToolsException">Somebody uses one.</exception>
    internal void Remove(string maker, ActingCommand command)
    {
        foreach (TraceSession session in Of(maker))
        {
            Remove(session, command);
        }
    }

    /// <summary>Undoes what is half done. The caller has the lock.</summary>
    /// <param name="tracing">tracefs.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    internal static void Undo(TraceFs tracing, Notices notices)
    {
        KernelTree kernel = tracing.Kernel;
        SessionRecord.Sweep(kernel);
        foreach (SessionRecord record in SessionRecord.All(kernel).Where(record => IsHalfMade(record, tracing)))
        {
            new TraceSession(tracing, tracing.Instance(record.Name), record).Remove(notices);
        }
    }

    // Its maker died before it was all there, or somebody has taken the instance away.
    private static bool IsHalfMade(SessionRecord record, TraceFs tracing) => record is { Events.Count: 0, IsDamaged: false } || !tracing.Instance(record.Name).IsThere;
}
