using System.Diagnostics;
using System.Globalization;
using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// One command at a time changes KSM's settings, one makes or removes trace sessions, and one takes events out of a session's buffers: a file lock in
/// <see cref="StateFolder"/> that also says who has it. Whoever may open the file can hold the lock, so that nobody else may.
/// </summary>
internal sealed class CommandLock : IDisposable
{
    /// <summary>The lock of KSM's settings.</summary>
    public const string Settings = "lock";

    /// <summary>The lock of trace sessions.</summary>
    public const string Sessions = "sessions.lock";

    /// <summary>The lock that the maker of a trace session holds as long as it needs the session.</summary>
    /// <param name="session">The session's name.</param>
    public static string OfSession(string session) => $"{SessionPrefix}{session}{SessionSuffix}";

    /// <summary>The lock that is held by whoever takes events out of a session's buffers.</summary>
    /// <param name="session">The session's name.</param>
    public static string OfBuffers(string session) => $"{BuffersPrefix}{session}{SessionSuffix}";

    private const string SessionPrefix = "session-";
    private const string BuffersPrefix = "buffers-";
    private const string SessionSuffix = ".lock";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    // Who only looks whether somebody holds a lock may have it for a moment.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(60);

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
    public static CommandLock Take(KernelTree kernel, string name, ActingCommand command) =>
        TryTake(kernel, name, command, out string? holder) ?? throw Busy(name, PathOf(kernel, name), holder!);

    /// <summary>Takes the lock, waiting for it as long as the command says, or says who has it.</summary>
    /// <param name="kernel">The kernel's files, for the place of the lock.</param>
    /// <param name="name">Which.</param>
    /// <param name="command">The command.</param>
    /// <param name="holder">Who has the lock; null where the command has it now.</param>
    /// <returns>The lock; null where somebody else has it.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.AccessDenied"/>; <see cref="ErrorReason.UnsafePath"/>.</exception>
    /// <exception cref="OperationCanceledException">It gave up waiting.</exception>
    public static CommandLock? TryTake(KernelTree kernel, string name, ActingCommand command, out string? holder)
    {
        string path = PathOf(kernel, name);
        using OpenFolder folder = StateFolder.Make(kernel);
        SafeFileHandle file = StateFile.Open(kernel, folder, name, path, FileCalls.ReadWrite | FileCalls.Create, DraftFile.Private)!;
        try
        {
            holder = Lock(file, name, path, command);
            if (holder is not null)
            {
                file.Dispose();
                return null;
            }

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

    /// <summary>Who holds a lock; null where nobody does. Who may open it is told of a holder in another PID namespace, too, which <c>/proc/locks</c> does not show.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">Which lock.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>: others could have made the folder.</exception>
    public static string? HolderOf(KernelTree kernel, string name)
    {
        using OpenFolder? folder = StateFolder.Find(kernel);
        if (folder is null || folder.TryGetStatus(name, out FileStatus status) != Errno.None)
        {
            return null;
        }

        if (LockHolders.Of(status) is [int holder, ..])
        {
            return LockHolders.Describe(holder);
        }

        _ = FolderCalls.TryOpen(folder.Handle, name, FileCalls.ReadOnly | FileCalls.DoNotFollow | FileCalls.DoNotBlock, UnixFileMode.None, out SafeFileHandle? file);
        using (file)
        {
            return file is not null && LockCalls.TryShare(file) == Errno.EAGAIN ? Holder(file) : null;
        }
    }

    /// <summary>Deletes locks of sessions that are gone, and that nobody holds any more.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="isThere">Whether there is a session of a name.</param>
    public static void SweepSessions(KernelTree kernel, Func<string, bool> isThere)
    {
        foreach (string name in StateFile.Names(kernel))
        {
            if (SessionOf(name) is { } session && !isThere(session) && HolderOf(kernel, name) is null)
            {
                new StateFile(kernel, name).TryDelete();
            }
        }
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
        if (_file.IsClosed)
        {
            return;
        }

        try
        {
            Say(_file, string.Empty);
        }
        finally
        {
            _file.Dispose();
        }
    }

    private static string PathOf(KernelTree kernel, string name) => kernel.Locate($"{StateFolder.Place}/{name}");

    // The session of a lock's name; null of other files.
    private static string? SessionOf(string name) =>
        name.EndsWith(SessionSuffix, StringComparison.Ordinal) && new[] { SessionPrefix, BuffersPrefix }.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? name[prefix.Length..^SessionSuffix.Length]
            : null;

    // Gives who has the lock; null once it is taken.
    private static string? Lock(SafeFileHandle file, string name, string path, ActingCommand command)
    {
        long since = Stopwatch.GetTimestamp();
        bool waits = false;
        Errno errno;
        while ((errno = LockCalls.TryLock(file)) == Errno.EAGAIN)
        {
            TimeSpan waited = Stopwatch.GetElapsedTime(since);
            if (waited >= command.LockTimeout && waited >= LeastPatience)
            {
                return Holder(file);
            }

            if (!waits && waited >= LeastPatience)
            {
                waits = true;
                command.Waiting?.Invoke(Text.Format(name == Settings ? Messages.Locked : Messages.SessionsLocked, Holder(file), path));
            }

            if (command.CancellationToken.WaitHandle.WaitOne(BetweenLooks))
            {
                throw new OperationCanceledException(command.CancellationToken);
            }
        }

        return errno == Errno.None ? null : throw KernelErrors.ForFile(errno, path, "lock");
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
