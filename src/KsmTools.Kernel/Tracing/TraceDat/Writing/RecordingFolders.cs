using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.TraceFiles;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>Makes and finds folders of recordings, each for one process alone, and takes nothing for one that somebody else could have made.</summary>
internal static class RecordingFolders
{
    private const string Suffix = TraceFolders.RecordingSuffix;
    private const UnixFileMode Mode = DraftFile.Private | UnixFileMode.UserExecute;

    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(200);

    /// <summary>The file that a recording becomes, by its own path or by that of the folder.</summary>
    public static string TargetOf(string path) =>
        Path.TrimEndingDirectorySeparator(path) is var folder && folder.Length > Suffix.Length && folder.EndsWith(Suffix, StringComparison.Ordinal) && !Directory.Exists(folder + Suffix)
            ? folder[..^Suffix.Length]
            : path;

    /// <summary>Makes a folder.</summary>
    /// <param name="path">The file that the recording is to become.</param>
    /// <param name="replace">Whether one that is there may be replaced.</param>
    /// <exception cref="KsmToolsException">It cannot be made; the end of another recording did not come, or it goes on.</exception>
    public static RecordingFolder Make(string path, bool replace) => Take(FileTarget.Find(path, replace), MakeIn);

    /// <summary>Finds a folder that nobody records to any more.</summary>
    /// <param name="path">The file that the recording was to become.</param>
    /// <param name="replace">Whether one that is there may be replaced.</param>
    /// <exception cref="KsmToolsException">There is none; somebody records to it; others could have made or changed it.</exception>
    public static RecordingFolder Find(string path, bool replace) => Take(FileTarget.Locate(path, replace), FindIn);

    /// <summary>Makes a file in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="place">Where that is, for people.</param>
    /// <param name="name">The file's name.</param>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public static SafeFileHandle MakeIn(SafeFileHandle folder, string place, string name)
    {
        Errno errno = FolderCalls.TryOpen(
            folder, name, FileCalls.Create | FileCalls.Exclusive | FileCalls.DoNotFollow | FileCalls.ReadWrite, DraftFile.Private, out SafeFileHandle? file);
        return file ?? throw DraftFile.Failure($"{place}/{name}", errno);
    }

    /// <summary>Opens a file of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="place">Where that is, for people.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="flags">As of <see cref="FileCalls"/>, besides those that it always takes.</param>
    /// <exception cref="KsmToolsException">It cannot be opened, or others could have put it there.</exception>
    public static SafeFileHandle OpenIn(SafeFileHandle folder, string place, string name, int flags = 0)
    {
        Errno errno = FolderCalls.TryOpen(folder, name, flags | FileCalls.ReadWrite | FileCalls.DoNotFollow | FileCalls.DoNotBlock, DraftFile.Private, out SafeFileHandle? file);
        return file is null ? throw DraftFile.Failure($"{place}/{name}", errno) : Checked(file, FileKind.Ordinary, $"{place}/{name}");
    }

    private static RecordingFolder Take(FileTarget target, Func<FileTarget, RecordingFolder> take)
    {
        try
        {
            return take(target);
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    private static RecordingFolder MakeIn(FileTarget target)
    {
        string name = target.Name + Suffix;
        string place = target.FullPath + Suffix;
        Errno errno = FolderCalls.TryMake(target.Folder.Handle, name, Mode);
        if (errno == Errno.EEXIST && IsRest(target, name))
        {
            errno = FolderCalls.TryMake(target.Folder.Handle, name, Mode);
        }

        if (errno != Errno.None)
        {
            throw errno == Errno.EEXIST ? IsThere(target) : DraftFile.Failure(place, errno);
        }

        SafeFileHandle? folder = null;
        SafeFileHandle? file = null;
        try
        {
            folder = Open(target);
            file = MakeIn(folder, place, RecordingFolder.Draft);
            Lock(target, file);
            return new RecordingFolder(target, folder, file);
        }
        catch
        {
            if (file is not null)
            {
                file.Dispose();
                _ = FolderCalls.TryDelete(folder!, RecordingFolder.Draft);
            }

            folder?.Dispose();
            _ = FolderCalls.TryRemove(target.Folder.Handle, name);
            throw;
        }
    }

    private static RecordingFolder FindIn(FileTarget target)
    {
        if (target.Folder.TryGetStatus(target.Name + Suffix, out _) == Errno.ENOENT)
        {
            throw Missing(target);
        }

        SafeFileHandle folder = Open(target);
        SafeFileHandle? file = null;
        try
        {
            // Where there is no file yet, nothing was recorded, as in one that is empty.
            file = OpenIn(folder, target.FullPath + Suffix, RecordingFolder.Draft, FileCalls.Create);
            Lock(target, file);

            // Whoever recorded to it may have come to its end in between.
            bool isStill = FileStatus.TryGet(file, out FileStatus locked) == Errno.None && FileStatus.TryGet(folder, RecordingFolder.Draft, out FileStatus named) == Errno.None
                && locked.Identity == named.Identity;
            return isStill ? new RecordingFolder(target, folder, file) : throw Missing(target);
        }
        catch
        {
            file?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    // A lock that only somebody who looks has is gone at once. Where a file system knows no locks, the recording goes without.
    private static void Lock(FileTarget target, SafeFileHandle file)
    {
        long since = Stopwatch.GetTimestamp();
        while (LockCalls.TryLock(file) == Errno.EAGAIN)
        {
            if (Stopwatch.GetElapsedTime(since) > LongestLook)
            {
                throw Busy(target, file);
            }

            Thread.Sleep(1);
        }
    }

    private static SafeFileHandle Open(FileTarget target)
    {
        string place = target.FullPath + Suffix;
        Errno errno = FolderCalls.TryOpen(target.Folder.Handle, target.Name + Suffix, FileCalls.Folder | FileCalls.DoNotFollow, UnixFileMode.None, out SafeFileHandle? folder);
        return folder is not null ? Checked(folder, FileKind.Folder, place)
            : errno is Errno.ELOOP or Errno.ENOTDIR ? throw Unsafe(place, Messages.StateOfAnotherKind)
            : throw DraftFile.Failure(place, errno);
    }

    // What somebody else made here is not a recording of this user, whatever it looks like.
    private static SafeFileHandle Checked(SafeFileHandle file, FileKind kind, string path)
    {
        string? why = FileStatus.TryGet(file, out FileStatus status) != Errno.None ? Messages.StateOfAnotherKind : PathErrors.Objection(status, kind, status.IsOwn);
        if (why is null)
        {
            return file;
        }

        file.Dispose();
        throw Unsafe(path, why);
    }

    // What a kill leaves of a recording that has become a file just then: an empty folder. It is removed.
    private static bool IsRest(FileTarget target, string name)
    {
        using SafeFileHandle folder = Open(target);
        return FolderCalls.TryRemove(target.Folder.Handle, name) == Errno.None;
    }

    private static KsmToolsException IsThere(FileTarget target)
    {
        using SafeFileHandle folder = Open(target);
        _ = FolderCalls.TryOpen(folder, RecordingFolder.Draft, FileCalls.ReadOnly | FileCalls.DoNotFollow | FileCalls.DoNotBlock, UnixFileMode.None, out SafeFileHandle? file);
        using (file)
        {
            return file is not null && LockCalls.TryLock(file) == Errno.EAGAIN
                ? Busy(target, file)
                : Failure(target, Messages.RecordingIsThere, Messages.RecordingIsThereAction, Errno.EEXIST);
        }
    }

    private static KsmToolsException Missing(FileTarget target) => Failure(target, Messages.NoRecording, Messages.NoRecordingAction, Errno.ENOENT);

    private static KsmToolsException Busy(FileTarget target, SafeFileHandle file)
    {
        IReadOnlyList<int> holders = FileStatus.TryGet(file, out FileStatus status) == Errno.None ? LockHolders.Of(status) : [];
        string who = holders.Count > 0 ? string.Join(", ", holders.Select(LockHolders.Describe)) : Messages.UnknownHolder;
        return Failure(target, Messages.RecordingBusy, Messages.RecordingBusyAction, Errno.EAGAIN, who);
    }

    private static KsmToolsException Failure(FileTarget target, string message, string action, Errno errno, string? who = null) =>
        new(ErrorReason.KernelIoError, target.FullPath, Text.Format(message, target.FullPath + Suffix, who), action, errno);

    private static KsmToolsException Unsafe(string path, string why) => new(ErrorReason.UnsafePath, path, Text.Format(Messages.RecordingUnsafe, path, why), Messages.RecordingUnsafeAction);
}
