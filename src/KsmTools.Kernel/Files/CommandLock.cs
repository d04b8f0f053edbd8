using System.Diagnostics;
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

    /// <summary>The lock that the maker of a trace session holds as long as it needs the session.</summary>
    /// <param name="session">The session's name.</param>
    public static string OfSession(string session) => $"session-{session}.lock";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly SafeFileHandle _file;

    private CommandLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock, waiting for it as long as the command says.</summary>
    /// <param name="kernel">The kernel's files, for the place of the lock.</param>
    /// <param name="name">Which: <see cref="Settings"/> or <see cref="Sessions"/>.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KnobBusy"/>, naming the holder; <see cref="ErrorReason.AccessDenied"/>; <see cref="ErrorReason.UnsafePath"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">It gave up waiting.</exception>
    public static CommandLock Take(KernelTree kernel, string name, ActingCommand command)
    {
        string path = PathOf(kernel, name);
        using OpenFolder folder = StateFolder.Make(kernel);
        SafeFileHandle file = StateFile.Open(kernel, folder, name, path, FileCalls.ReadWrite | FileCalls.Create, DraftFile.Private)!;
        try
        {
            Lock(file, name, path, command);
            _ = FileCalls.ChangeMode(file, (uint)DraftFile.Private);
            Say(file, string.Create(CultureInfo.InvariantCulture, $"{command.Name}, process {Environment.ProcessId}, since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss zzz}"));
            return new CommandLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Who holds a lock, by the kernel's word and without touching it; null where nobody does.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">Which lock.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>: others could have made the folder.</exception>
    public static string? HolderOf(KernelTree kernel, string name)
    {
        using OpenFolder? folder = StateFolder.Find(kernel);
        return folder is not null && folder.TryGetStatus(name, out FileStatus status) == Errno.None && LockHolders.Of(status) is [int holder, ..]
            ? LockHolders.Describe(holder)
            : null;
    }

    /// <summary>Checks that nobody holds a lock, for who may not take it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">Which lock.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>, naming the holder.</exception>
    public static void RequireFree(KernelTree kernel, string name)
    {
        if (HolderOf(kernel, name) is { } holder)
        {
            throw Busy(name, PathOf(kernel, name), holder);
        }
    }

    public void Dispose()
    {
        Say(_file, string.Empty);
        _file.Dispose();
    }

    private static string PathOf(KernelTree kernel, string name) => kernel.Locate($"{StateFolder.Place}/{name}");

    private static void Lock(SafeFileHandle file, string name, string path, ActingCommand command)
    {
        long since = Stopwatch.GetTimestamp();
        bool waits = false;
        Errno errno;
        while ((errno = LockCalls.TryLock(file)) == Errno.EAGAIN)
        {
            if (Stopwatch.GetElapsedTime(since) >= command.LockTimeout)
            {
                throw Busy(name, path, Holder(file));
            }

            if (!waits)
            {
                waits = true;
                command.Waiting?.Invoke(Text.Format(name == Settings ? Messages.Locked : Messages.SessionsLocked, Holder(file), path));
            }

            if (command.CancellationToken.WaitHandle.WaitOne(BetweenLooks))
            {
                throw new OperationCanceledException(command.CancellationToken);
            }
        }

        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, path, "lock");
        }
    }

    private static KsmToolsException Busy(string name, string path, string holder) => new(
        ErrorReason.KnobBusy, path, Text.Format(name == Settings ? Messages.Locked : Messages.SessionsLocked, holder, path), Messages.LockedAction, Errno.EAGAIN);

    // What the file says is the word of whoever wrote there last; the kernel knows who holds it.
    private static string Holder(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[256];
        int length;
        try
        {
            length = RandomAccess.Read(file, text, 0);
        }
        catch (IOException)
        {
            length = 0;
        }

        string said = TerminalText.Quote(text[..length]);
        IReadOnlyList<int> holders = FileStatus.TryGet(file, out FileStatus status) == Errno.None ? LockHolders.Of(status) : [];
        return length > 0 && (holders.Count == 0 || holders.Any(id => said.Contains(string.Create(CultureInfo.InvariantCulture, $", process {id}, "), StringComparison.Ordinal))) ? said
            : holders.Count > 0 ? string.Join(", ", holders.Select(LockHolders.Describe))
            : Messages.UnknownHolder;
    }

    // For people only: on a full disk the lock is as good without it.
    private static void Say(SafeFileHandle file, string text)
    {
        try
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
        }
        catch (IOException)
        {
        }
    }
}
