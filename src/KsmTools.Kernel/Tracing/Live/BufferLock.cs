using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.Sessions;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.Live;

/// <summary>
/// One command at a time takes events out of a session's buffers. The kernel gives each sub-buffer to whoever asks first, and what went to another leaves no mark: of two at once, each
/// would make walks of starts and ends that do not belong together.
/// </summary>
internal sealed class BufferLock : IDisposable
{
    // An instance of which something is open cannot be removed, and the lock's file goes after the instance. So no session of the same name comes to be meanwhile, with another lock.
    private readonly SafeFileHandle _instance;
    private readonly CommandLock? _taken;

    private BufferLock(SafeFileHandle instance, CommandLock? taken)
    {
        _instance = instance;
        _taken = taken;
    }

    /// <summary>Takes the lock, before anything is read.</summary>
    /// <param name="session">The session.</param>
    /// <param name="command">The command that reads.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>, naming who reads; the session is gone.</exception>
    public static BufferLock Take(TraceSession session, ActingCommand command)
    {
        Errno errno = session.Instance.TryOpen(TraceInstance.TracingOn, FileCalls.ReadOnly, out SafeFileHandle? instance);
        if (instance is null)
        {
            throw session.Instance.Failure(errno, TraceInstance.TracingOn, "open");
        }

        try
        {
            CommandLock? taken = TryTake(session, command, out string? holder);
            return holder is null ? new BufferLock(instance, taken) : throw Busy(session, holder);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _taken?.Dispose();
        _instance.Dispose();
    }

    // Who may read a session and not write where locks are goes without one, but not beside somebody who has it.
    private static CommandLock? TryTake(TraceSession session, ActingCommand command, out string? holder)
    {
        KernelTree kernel = session.Tracing.Kernel;
        string name = CommandLock.OfBuffers(session.Name);
        try
        {
            return CommandLock.TryTake(kernel, name, command, out holder);
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.AccessDenied)
        {
            holder = CommandLock.HolderOf(kernel, name);
            return null;
        }
    }

    private static KsmToolsException Busy(TraceSession session, string holder) => new(
        ErrorReason.KnobBusy,
        session.Path,
        Text.Format(Messages.BuffersLocked, session.Name, holder),
        Text.Format(session.Kind == SessionKind.Ksm ? Messages.BuffersLockedKsmAction : Messages.BuffersLockedAction, session.Name),
        Errno.EAGAIN);
}
