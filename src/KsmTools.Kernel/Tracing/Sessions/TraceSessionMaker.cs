using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Tracing.Sessions;

/// <summary>Makes sessions: all of one, or nothing.</summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class TraceSessionMaker(KernelTree kernel)
{
    private const int LongestName = 64;

    /// <summary>Makes a session and starts it, or starts the one that is there if the same was asked for.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="group">The group that the session's own events may be defined in; null where it needs none.</param>
    /// <param name="prepare">Defines what the session needs and says what that is. Whatever it throws, what it defined in the group is removed.</param>
    /// <exception cref="KsmToolsException">It cannot be made; the kernel is as it was.</exception>
    public TraceSession Start(TraceSessionRequest request, string? group, Func<TraceFs, TraceInstance, TraceSessionSetup> prepare)
    {
        CheckName(request.Name);
        using var notices = new Notices(request.Command);
        using CommandLock taken = CommandLock.Take(kernel, CommandLock.Sessions, request.Command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        TraceFs tracing = SharedTraceState.OpenOrMount(kernel, notices);
        TraceLeftovers.Undo(tracing, notices);
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
            instance.UsePlainOptions();
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
            throw there.DamageError;
        }

        return record.Request == request.Text
            ? there
            : throw new KsmToolsException(
                ErrorReason.TraceSessionExists, path, Text.Format(Messages.SessionDiffers, request.Name, record.Request), Text.Format(Messages.SessionDiffersAction, there.Kind, request.Name), Errno.EEXIST);
    }

    private void TryRemove(TraceSession session, Notices notices)
    {
        try
        {
            session.Remove(notices);
            SharedTraceState.PutBackAfterLast(kernel, notices);
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
}
