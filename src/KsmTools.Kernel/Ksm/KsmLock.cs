using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>One command at a time changes KSM's settings: a file lock in <c>/run/ksmtools</c> that also says who has it.</summary>
internal sealed class KsmLock : IDisposable
{
    internal const string Folder = "/run/ksmtools";
    private const string LockFile = Folder + "/lock";

    private readonly FileStream _file;

    private KsmLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="kernel">The kernel's files, for the place of the lock.</param>
    /// <param name="command">The command, for others to see.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>, naming the holder, or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public static KsmLock Take(KernelTree kernel, string command)
    {
        string path = kernel.Locate(LockFile);
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(kernel.Locate(Folder));

            // Sharing for reading and writing keeps .NET's own advisory lock away from ours.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            Errno errno = LockCalls.TryLock((int)file.SafeFileHandle.DangerousGetHandle());
            if (errno == Errno.EAGAIN)
            {
                string holder = kernel.ReadText(LockFile) is { Length: > 0 } text ? text : Messages.UnknownHolder;
                throw new KsmToolsException(ErrorReason.KnobBusy, path, Text.Format(Messages.Locked, holder, path), Messages.LockedAction, errno);
            }

            if (errno != Errno.None)
            {
                throw KernelErrors.ForFile(errno, path, "lock");
            }

            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{command}, process {Environment.ProcessId}, since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss zzz}")));
            return new KsmLock(file);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            file?.Dispose();
            throw KernelErrors.ForFile(exception is UnauthorizedAccessException ? Errno.EACCES : Errno.EROFS, path, "create");
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _file.SetLength(0);
        _file.Dispose();
    }
}
