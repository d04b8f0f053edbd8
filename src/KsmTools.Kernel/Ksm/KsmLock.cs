using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Ksm;

/// <summary>One command at a time changes KSM's settings: a file lock in <c>/run/ksmtools</c> that also says who has it.</summary>
internal sealed class KsmLock : IDisposable
{
    internal const string Folder = "/run/ksmtools";
    private const string LockFile = Folder + "/lock";

    private readonly SafeFileHandle _file;

    private KsmLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="kernel">The kernel's files, for the place of the lock.</param>
    /// <param name="command">The command, for others to see.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>, naming the holder, or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public static KsmLock Take(KernelTree kernel, string command)
    {
        string path = kernel.Locate(LockFile);
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
            string holder = kernel.ReadText(LockFile) is { Length: > 0 } text ? text : Messages.UnknownHolder;
            throw new KsmToolsException(ErrorReason.KnobBusy, path, Text.Format(Messages.Locked, holder, path), Messages.LockedAction, errno);
        }

        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, path, "lock");
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(
            file,
            Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{command}, process {Environment.ProcessId}, since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss zzz}")),
            0);
        return new KsmLock(file);
    }

    public void Dispose()
    {
        RandomAccess.SetLength(_file, 0);
        _file.Dispose();
    }
}
