using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>One command at a time changes KSM's settings, and one makes or removes trace sessions: a file lock in <c>/run/ksmtools</c> that also says who has it.</summary>
internal sealed class CommandLock : IDisposable
{
    /// <summary>Where commands keep what they must know of each other.</summary>
    public const string Folder = "/run/ksmtools";

    /// <summary>The lock of KSM's settings.</summary>
    public const string Settings = Folder + "/lock";

    /// <summary>The lock of trace sessions.</summary>
    public const string Sessions = Folder + "/sessions.lock";

    private readonly SafeFileHandle _file;

    private CommandLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="kernel">The kernel's files, for the place of the lock.</param>
    /// <param name="file">Which: <see cref="Settings"/> or <see cref="Sessions"/>.</param>
    /// <param name="command">The command, for others to see.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>, naming the holder, or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public static CommandLock Take(KernelTree kernel, string file, string command)
    {
        string path = kernel.Locate(file);
        try
        {
            Directory.CreateDirectory(kernel.Locate(Folder));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw KernelErrors.ForFile(exception is UnauthorizedAccessException ? Errno.EACCES : Errno.EROFS, kernel.Locate(Folder), "create");
        }

        Errno errno = LockCalls.TryLock(path, out int descriptor);
        if (errno == Errno.EAGAIN)
        {
            string holder = kernel.ReadText(file) is { Length: > 0 } text ? text : Messages.UnknownHolder;
            throw new KsmToolsException(ErrorReason.KnobBusy, path, Text.Format(file == Settings ? Messages.Locked : Messages.SessionsLocked, holder, path), Messages.LockedAction, errno);
        }

        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, path, "lock");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(
            handle,
            Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{command}, process {Environment.ProcessId}, since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss zzz}")),
            0);
        return new CommandLock(handle);
    }

    public void Dispose()
    {
        RandomAccess.SetLength(_file, 0);
        _file.Dispose();
    }
}
