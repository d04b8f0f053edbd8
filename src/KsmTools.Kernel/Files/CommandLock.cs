using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// One command at a time changes KSM's settings, and one makes or removes trace sessions: a file lock in <see cref="StateFolder"/> that also says who has it. Whoever may
/// open the file can hold the lock, so that nobody else may.
/// </summary>
internal sealed class CommandLock : IDisposable
{
    /// <summary>The lock of KSM's settings.</summary>
    public const string Settings = "lock";

    /// <summary>The lock of trace sessions.</summary>
    public const string Sessions = "sessions.lock";

    private readonly SafeFileHandle _file;

    private CommandLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="kernel">The kernel's files, for the place of the lock.</param>
    /// <param name="name">Which: <see cref="Settings"/> or <see cref="Sessions"/>.</param>
    /// <param name="command">The command, for others to see.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KnobBusy"/>, naming the holder; <see cref="ErrorReason.AccessDenied"/>; <see cref="ErrorReason.UnsafePath"/>.
    /// </exception>
    public static CommandLock Take(KernelTree kernel, string name, string command)
    {
        string path = kernel.Locate($"{StateFolder.Place}/{name}");
        using OpenFolder folder = StateFolder.Make(kernel);
        SafeFileHandle file = StateFile.Open(kernel, folder, name, path, FileCalls.ReadWrite | FileCalls.Create, DraftFile.Private)!;
        try
        {
            Errno errno = LockCalls.TryLock(file);
            if (errno == Errno.EAGAIN)
            {
                throw new KsmToolsException(
                    ErrorReason.KnobBusy, path, Text.Format(name == Settings ? Messages.Locked : Messages.SessionsLocked, Holder(file), path), Messages.LockedAction, errno);
            }

            if (errno != Errno.None)
            {
                throw KernelErrors.ForFile(errno, path, "lock");
            }

            _ = FileCalls.ChangeMode(file, (uint)DraftFile.Private);
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(
                file,
                Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"{command}, process {Environment.ProcessId}, since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss zzz}")),
                0);
            return new CommandLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        RandomAccess.SetLength(_file, 0);
        _file.Dispose();
    }

    private static string Holder(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[256];
        int length = RandomAccess.Read(file, text, 0);
        return length == 0 ? Messages.UnknownHolder : TerminalText.Quote(text[..length]);
    }
}
