using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Tracing.Sessions;

/// <summary>Makes, finds and removes sessions.</summary>
/// <param name="kernel">The kernel's files.</param>
public sealed class TraceSessions(KernelTree kernel)
{
    private const int LongestName = 64;

    /// <summary>Makes a session and starts it, or starts the one that is there if the same was asked for.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="group">The group that the session's own events may be defined in; null where it needs none.</param>
    /// <param name="prepare">Defines what the session needs and says what that is. Whatever it throws, what it defined in the group is removed.</param>
    /// <exception cref="KsmToolsException">It cannot be made; the kernel is as it was.</exception>
    internal TraceSession Start(TraceSessionRequest request, string? group, Func<TraceFs, TraceInstance, TraceSessionSetup> prepare)
    {
        CheckName(request.Name);
        using var notices = new Notices(request.Command);
        using CommandLock taken = CommandLock.Take(kernel, CommandLock.Sessions, request.Command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        TraceFs tracing = SharedTraceState.OpenOrMount(kernel, notices);
        Tidy(tracing, notices);
        TraceInstance instance = tracing.Instance(request.Name);
        if (Existing(request, tracing, instance) is { } there)
        {
            there.Switch(on: true);
            return there;
        }

        var record = new SessionRecord
        {
            Name = request.Name,
            Kind = request.Kind,
            Command = request.Command.Name,
            ProcessId = Environment.ProcessId,
            Time = DateTimeOffset.Now.ToString("O", CultureInfo.InvariantCulture),
            Group = group,
            Request = request.Text,
            IsAggregate = request.IsAggregate,
        };
        bool errorsBefore = HasErrors(tracing);
        CommandLock? hold = null;
        try
        {
            hold = request.IsTemporary ? CommandLock.Take(kernel, CommandLock.OfSession(request.Name), request.Command) : null;
            record.Write(kernel);
            instance.Make();
            instance.Write(TraceInstance.TracingOn, "0");
            TraceSessionSetup setup = prepare(tracing, instance);
            record = record with
            {
                Source = setup.Source,
                Events = [.. setup.Events.Select(item => item.Name)],
                Functions = setup.Functions,
                NotCovered = setup.NotCovered,
                Refusals = setup.Refusals,
                Filter = setup.Events.Select(item => item.Filter).FirstOrDefault(filter => filter is not null),
            };
            SetUp(request, instance, setup);
            SharedTraceState.GrowThreadNames(tracing, notices);

            // A record with events is that of a session that is all set up.
            record.Write(kernel);
            var session = new TraceSession(tracing, instance, record) { Hold = hold };
            session.Switch(on: true);
            return session;
        }
        catch
        {
            TryRemove(new TraceSession(tracing, instance, record), notices);
            hold?.Dispose();
            throw;
        }
        finally
        {
            ForgetErrors(tracing, errorsBefore);
        }
    }

    /// <summary>The names of this kernel's trace clocks (<c>trace_clock</c>); empty where tracefs is not mounted, or hidden from this user.</summary>
    /// <exception cref="KsmToolsException">The file cannot be read.</exception>
    public IReadOnlyList<string> Clocks() =>
        TraceFs.Find(kernel)?.ReadText(TraceInstance.Clock)?.Split([' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The sessions of a kind, whoever made them; none where tracefs is not mounted.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.AccessDenied"/>: this user may not look.</exception>
    public IReadOnlyList<TraceSession> List(SessionKind kind) => List(record => record.Kind == kind);

    /// <summary>What to say of sessions whose records are damaged: how each is removed. None where tracefs is not mounted.</summary>
    /// <exception cref="KsmToolsException">As <see cref="List(SessionKind)"/>.</exception>
    public IReadOnlyList<string> DamagedRemarks() =>
        [.. List(record => record.IsDamaged).Select(Damage).Select(damage => $"{damage.Message} {damage.RecommendedAction}")];

    /// <summary>A session.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.TraceSessionNotFound"/>, naming those that there are.</exception>
    public TraceSession Get(SessionKind kind, string name) =>
        List(record => record.Name == name && (record.Kind ?? kind) == kind) is [var found, ..] ? found : throw NotFound(kind, name);

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
        Tidy(session.Tracing, notices);
        RemoveAll(session, notices);
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

    /// <summary>The sessions that a killed command left, those among them that were not all made.</summary>
    /// <param name="maker">The command that made them.</param>
    /// <exception cref="KsmToolsException">There is one, and tracefs is not to be seen.</exception>
    public IReadOnlyList<TraceSession> Left(string maker)
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
    /// <exception cref="KsmToolsException">As <see cref="Remove"/>.</exception>
    public void Tidy(ActingCommand command)
    {
        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(kernel, CommandLock.Sessions, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        if (SessionRecord.All(kernel).Count > 0)
        {
            // Instances are there also where somebody has unmounted tracefs.
            Tidy(SharedTraceState.OpenOrMount(kernel, notices), notices);
        }

        if (SessionRecord.All(kernel).Count == 0 && SharedTraceState.IsThere(kernel))
        {
            SharedTraceState.PutBack(kernel, notices);
        }
    }

    /// <summary>Removes a session that a killed command left, unless somebody has done so meanwhile.</summary>
    /// <param name="session">One of <see cref="Left"/>.</param>
    /// <param name="command">The command that removes it.</param>
    /// <exception cref="KsmToolsException">As <see cref="Remove"/>.</exception>
    public void RemoveLeft(TraceSession session, ActingCommand command)
    {
        ArgumentNullException.ThrowIfNull(session);
        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(kernel, CommandLock.Sessions, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        if (Left(session.Command).FirstOrDefault(left => left.Name == session.Name) is { } left)
        {
            RemoveAll(left, notices);
        }
    }

    /// <summary>Removes the sessions that a killed command left.</summary>
    /// <param name="maker">The command that made them.</param>
    /// <param name="command">The command that removes them.</param>
    /// <exception cref="KsmToolsException">Somebody uses one.</exception>
    internal void RemoveLeft(string maker, ActingCommand command)
    {
        foreach (TraceSession session in Left(maker))
        {
            RemoveLeft(session, command);
        }
    }

    private IReadOnlyList<TraceSession> List(Func<SessionRecord, bool> wanted)
    {
        IReadOnlyList<SessionRecord> records = SessionRecord.All(kernel);
        return TraceFs.Find(kernel) is { } tracing
            ? [.. records.Where(wanted).Select(record => new TraceSession(tracing, tracing.Instance(record.Name), record)).Where(session => session.Instance.IsThere)]
            : records.Count == 0 && !IsHidden() ? [] : throw Unavailable();
    }

    // Its maker died before it was all there, or somebody has taken the instance away.
    private static bool IsHalfMade(SessionRecord record, TraceFs tracing) => record is { Events.Count: 0, IsDamaged: false } || !tracing.Instance(record.Name).IsThere;

    // The caller has the lock.
    private void Tidy(TraceFs tracing, Notices notices)
    {
        SessionRecord.Sweep(kernel);
        foreach (SessionRecord record in SessionRecord.All(kernel).Where(record => IsHalfMade(record, tracing)))
        {
            if (new TraceSession(tracing, tracing.Instance(record.Name), record).Remove() is { } damage)
            {
                notices.Damage(damage);
            }
        }
    }

    private void RemoveAll(TraceSession session, Notices notices)
    {
        KsmToolsException? damage = session.Remove();
        new StateFile(kernel, CommandLock.OfSession(session.Name)).Delete();
        if (SessionRecord.All(kernel).Count == 0)
        {
            SharedTraceState.PutBack(kernel, notices);
        }

        if (damage is not null)
        {
            notices.Damage(damage);
        }
    }

    private static void SetUp(TraceSessionRequest request, TraceInstance instance, TraceSessionSetup setup)
    {
        if (request.Clock is { } clock)
        {
            instance.SetClock(clock);
        }

        if (request.BufferSize is { } size)
        {
            instance.SetBufferSize(size);
        }

        instance.WakeReadersAtOnce();
        foreach ((string name, string? filter) in setup.Events)
        {
            if (filter is not null)
            {
                instance.Filter(name, filter);
            }

            instance.Enable(name, on: !request.IsAggregate);
        }
    }

    private TraceSession? Existing(TraceSessionRequest request, TraceFs tracing, TraceInstance instance)
    {
        SessionRecord? record = SessionRecord.Read(kernel, request.Name);
        if (!instance.IsThere)
        {
            return null;
        }

        string path = instance.Locate(string.Empty);
        if (record is null)
        {
            string events = string.Join(", ", instance.EnabledEvents);
            throw new KsmToolsException(
                ErrorReason.TraceSessionExists, path, Text.Format(Messages.InstanceForeign, path, events.Length == 0 ? Messages.InstanceRecordsNothing : events), Messages.InstanceForeignAction, Errno.EEXIST);
        }

        var there = new TraceSession(tracing, instance, record);
        if (record.IsDamaged)
        {
            throw Damage(there);
        }

        return record.Request == request.Text
            ? there
            : throw new KsmToolsException(
                ErrorReason.TraceSessionExists, path, Text.Format(Messages.SessionDiffers, request.Name, record.Request), Text.Format(Messages.SessionDiffersAction, there.Kind, request.Name), Errno.EEXIST);
    }

    private static KsmToolsException Damage(TraceSession session) => new(
        ErrorReason.TraceSessionExists, session.Path, Text.Format(Messages.SessionRecordDamaged, session.Name), Text.Format(Messages.SessionRecordDamagedAction, session.Kind, session.Name), Errno.EEXIST);

    private void TryRemove(TraceSession session, Notices notices)
    {
        try
        {
            RemoveAll(session, notices);
        }
        catch (KsmToolsException)
        {
            // The failure that led here says more; the record stays, and Remove-RmapTrace tries again.
        }
    }

    private static bool HasErrors(TraceFs tracing) => tracing.ReadText(TraceError.File) is { Length: > 0 };

    // Trying what a kernel takes leaves entries in its log of errors; where it was empty before, it is so again.
    private static void ForgetErrors(TraceFs tracing, bool errorsBefore)
    {
        if (!errorsBefore && tracing.Exists(TraceError.File) && HasErrors(tracing))
        {
            tracing.Truncate(TraceError.File);
        }
    }

    private void CheckName(string name)
    {
        bool valid = name.Length is > 0 and <= LongestName && name[0] is not ('.' or '-') && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.');
        if (!valid)
        {
            throw new KsmToolsException(
                ErrorReason.KnobValueInvalid, name, Text.Format(Messages.SessionNameInvalid, name, kernel.Locate(TraceFs.Folder)), Messages.SessionNameInvalidAction);
        }
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
