using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.TraceFiles;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Where a recording is until it is one file: a folder beside that, for its owner alone, with the file that it becomes, each CPU's sub-buffers, thread names and the kernel's symbols.
/// Whoever records holds a lock on it.
/// </summary>
internal sealed class RecordingFolder : IDisposable
{
    private const string Suffix = TraceFolders.RecordingSuffix;

    private const string Draft = "trace.dat";
    private const string Symbols = "kallsyms";
    private const string Names = "saved_cmdlines";
    private const string Room = "room";
    private const string PartPrefix = "cpu";

    private const UnixFileMode Mode = DraftFile.Private | UnixFileMode.UserExecute;

    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(200);

    private static readonly int New = FileCalls.Create | FileCalls.Exclusive | FileCalls.DoNotFollow | FileCalls.ReadWrite;

    private readonly FileTarget _target;
    private readonly SafeFileHandle _folder;

    private RecordingFolder(FileTarget target, SafeFileHandle folder, SafeFileHandle file)
    {
        _target = target;
        _folder = folder;
        File = new FileStream(file, FileAccess.ReadWrite);
    }

    /// <summary>The file that the recording becomes.</summary>
    public FileStream File { get; }

    /// <summary>Where that is once it is whole.</summary>
    public string TargetPath => _target.FullPath;

    /// <summary>Where the folder is.</summary>
    public string Place => _target.FullPath + Suffix;

    /// <summary>The file that a recording becomes, by its own path or by that of the folder.</summary>
    public static string TargetOf(string path) =>
        Path.TrimEndingDirectorySeparator(path) is var folder && folder.Length > Suffix.Length && folder.EndsWith(Suffix, StringComparison.Ordinal) && !Directory.Exists(folder + Suffix)
            ? folder[..^Suffix.Length]
            : path;

    /// <summary>Makes the folder.</summary>
    /// <param name="path">The file that the recording is to become.</param>
    /// <param name="replace">Whether one that is there may be replaced.</param>
    /// <exception cref="KsmToolsException">It cannot be made; the end of another recording did not come, or it goes on.</exception>
    public static RecordingFolder Make(string path, bool replace)
    {
        FileTarget target = FileTarget.Find(path, replace);
        SafeFileHandle? folder = null;
        SafeFileHandle? file = null;
        bool isMade = false;
        try
        {
            string name = target.Name + Suffix;
            Errno errno = FolderCalls.TryMake(target.Folder.Handle, name, Mode);
            if (errno == Errno.EEXIST && IsRest(target, name))
            {
                errno = FolderCalls.TryMake(target.Folder.Handle, name, Mode);
            }

            if (errno != Errno.None)
            {
                throw errno == Errno.EEXIST ? IsThere(target, name) : DraftFile.Failure(target.FullPath + Suffix, errno);
            }

            isMade = true;
            folder = Open(target, name);
            errno = FolderCalls.TryOpen(folder, Draft, New, DraftFile.Private, out file);
            if (file is null)
            {
                throw DraftFile.Failure(target.FullPath + Suffix, errno);
            }

            Lock(target, file);
            return new RecordingFolder(target, folder, file);
        }
        catch
        {
            file?.Dispose();
            folder?.Dispose();
            if (isMade)
            {
                _ = FolderCalls.TryRemove(target.Folder.Handle, target.Name + Suffix);
            }

            target.Dispose();
            throw;
        }
    }

    /// <summary>Finds a folder that nobody records to any more.</summary>
    /// <param name="path">The file that the recording was to become.</param>
    /// <param name="replace">Whether one that is there may be replaced.</param>
    /// <exception cref="KsmToolsException">There is none; somebody records to it; others could have made or changed it.</exception>
    public static RecordingFolder Find(string path, bool replace)
    {
        FileTarget target = FileTarget.Locate(path, replace);
        SafeFileHandle? folder = null;
        SafeFileHandle? file = null;
        try
        {
            string name = target.Name + Suffix;
            if (target.Folder.TryGetStatus(name, out _) == Errno.ENOENT)
            {
                throw Missing(target);
            }

            folder = Open(target, name);

            // Where there is no file yet, nothing was recorded, as in one that is empty.
            file = OpenIn(folder, target, Draft, FileCalls.Create);
            Lock(target, file);

            // Whoever recorded to it may have come to its end in between.
            if (FileStatus.TryGet(file, out FileStatus locked) != Errno.None || FileStatus.TryGet(folder, Draft, out FileStatus named) != Errno.None || locked.Identity != named.Identity)
            {
                throw Missing(target);
            }

            return new RecordingFolder(target, folder, file);
        }
        catch
        {
            file?.Dispose();
            folder?.Dispose();
            target.Dispose();
            throw;
        }
    }

    /// <summary>Makes a file for a CPU's sub-buffers.</summary>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public SafeFileHandle MakePart(int cpu) => Make(PartName(cpu));

    /// <summary>Makes a file for the kernel's symbols.</summary>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public SafeFileHandle MakeSymbols() => Make(Symbols);

    /// <summary>Makes a file for names of threads.</summary>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public SafeFileHandle MakeNames() => Make(Names);

    /// <summary>Makes the room that sub-buffers are read to.</summary>
    /// <param name="subBufferSize">Bytes of a sub-buffer.</param>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public RecordingRoom MakeRoom(int subBufferSize) => RecordingRoom.Make(Make(Room), subBufferSize, $"{Place}/{Room}");

    /// <summary>Opens a CPU's sub-buffers.</summary>
    /// <returns>The file; null where there is none.</returns>
    /// <exception cref="KsmToolsException">It cannot be opened, or others could have put it there.</exception>
    public SafeFileHandle? OpenPart(int cpu) => Has(PartName(cpu)) ? OpenIn(_folder, _target, PartName(cpu)) : null;

    /// <summary>The kernel's symbols; empty where there are none.</summary>
    /// <exception cref="KsmToolsException">They cannot be read.</exception>
    public ReadOnlyMemory<byte> ReadSymbols() => Read(Symbols);

    /// <summary>Names of threads, as <c>saved_cmdlines</c> had them one time after the other.</summary>
    /// <exception cref="KsmToolsException">They cannot be read.</exception>
    public ReadOnlyMemory<byte> ReadNames() => Read(Names);

    /// <summary>The room that sub-buffers were read to; empty where there is none.</summary>
    /// <exception cref="KsmToolsException">It cannot be read.</exception>
    public ReadOnlyMemory<byte> ReadRoom() => Read(Room);

    /// <summary>Whether there are no sub-buffers in it besides those that the file has.</summary>
    /// <param name="cpuCount">One more than the highest number of a CPU.</param>
    /// <exception cref="KsmToolsException">It cannot be read.</exception>
    public bool IsEmpty(int cpuCount)
    {
        for (int cpu = 0; cpu < cpuCount; cpu++)
        {
            using SafeFileHandle? part = OpenPart(cpu);
            if (part is not null && RandomAccess.GetLength(part) > 0)
            {
                return false;
            }
        }

        return RecordingRoom.Read(ReadRoom()) is null;
    }

    /// <summary>Checks that the file may have its name.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/>: one is there that may not be replaced.</exception>
    public void RequireFree() => _target.RequireFree();

    /// <summary>Deletes the room that sub-buffers were read to.</summary>
    public void DeleteRoom() => Delete(Room);

    /// <summary>Deletes all but the sub-buffers: what is only needed until the file has the rest.</summary>
    public void DeleteAids()
    {
        DeleteRoom();
        Delete(Symbols);
        Delete(Names);
    }

    /// <summary>Gives the file, which is whole, its name, and removes the folder.</summary>
    /// <param name="cpuCount">One more than the highest number of a CPU.</param>
    /// <exception cref="KsmToolsException">It cannot have its name: one came to be there in the meantime, for example.</exception>
    public void Complete(int cpuCount)
    {
        _target.GiveAway(File.SafeFileHandle, DraftFile.Private, keepsOwner: false);
        DeleteParts(cpuCount);
        Errno errno = _target.TryRename(_folder, Draft);
        if (errno != Errno.None)
        {
            throw DraftFile.Failure(TargetPath, errno);
        }

        _ = FolderCalls.TryRemove(_target.Folder.Handle, _target.Name + Suffix);
    }

    /// <summary>Removes the folder with all that is in it.</summary>
    /// <param name="cpuCount">One more than the highest number of a CPU.</param>
    /// <returns>Whether it is gone.</returns>
    public bool TryRemove(int cpuCount)
    {
        DeleteParts(cpuCount);
        CloseFile();
        Delete(Draft);
        return FolderCalls.TryRemove(_target.Folder.Handle, _target.Name + Suffix) == Errno.None;
    }

    public void Dispose()
    {
        CloseFile();
        _folder.Dispose();
        _target.Dispose();
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

    private static KsmToolsException Missing(FileTarget target) =>
        new(ErrorReason.KernelIoError, target.FullPath, Text.Format(Messages.NoRecording, target.FullPath + Suffix), Messages.NoRecordingAction, Errno.ENOENT);

    private static SafeFileHandle Open(FileTarget target, string name)
    {
        Errno errno = FolderCalls.TryOpen(target.Folder.Handle, name, FileCalls.Folder | FileCalls.DoNotFollow, UnixFileMode.None, out SafeFileHandle? folder);
        return folder is not null ? Checked(folder, FileKind.Folder, target.FullPath + Suffix)
            : errno is Errno.ELOOP or Errno.ENOTDIR ? throw Unsafe(target.FullPath + Suffix, Messages.StateOfAnotherKind)
            : throw DraftFile.Failure(target.FullPath + Suffix, errno);
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

    private static KsmToolsException Unsafe(string path, string why) => new(ErrorReason.UnsafePath, path, Text.Format(Messages.RecordingUnsafe, path, why), Messages.RecordingUnsafeAction);

    private static SafeFileHandle OpenIn(SafeFileHandle folder, FileTarget target, string name, int flags = 0)
    {
        string path = $"{target.FullPath}{Suffix}/{name}";
        Errno errno = FolderCalls.TryOpen(folder, name, flags | FileCalls.ReadWrite | FileCalls.DoNotFollow | FileCalls.DoNotBlock, DraftFile.Private, out SafeFileHandle? file);
        return file is null ? throw DraftFile.Failure(path, errno) : Checked(file, FileKind.Ordinary, path);
    }

    // What a kill leaves of a recording that has become a file just then: an empty folder. It is removed.
    private static bool IsRest(FileTarget target, string name)
    {
        using SafeFileHandle folder = Open(target, name);
        return FolderCalls.TryRemove(target.Folder.Handle, name) == Errno.None;
    }

    private static KsmToolsException IsThere(FileTarget target, string name)
    {
        using SafeFileHandle folder = Open(target, name);
        _ = FolderCalls.TryOpen(folder, Draft, FileCalls.ReadOnly | FileCalls.DoNotFollow | FileCalls.DoNotBlock, UnixFileMode.None, out SafeFileHandle? file);
        using (file)
        {
            return file is not null && LockCalls.TryLock(file) == Errno.EAGAIN
                ? Busy(target, file)
                : new KsmToolsException(
                    ErrorReason.KernelIoError, target.FullPath, Text.Format(Messages.RecordingIsThere, target.FullPath + Suffix), Messages.RecordingIsThereAction, Errno.EEXIST);
        }
    }

    private static KsmToolsException Busy(FileTarget target, SafeFileHandle file)
    {
        IReadOnlyList<int> holders = FileStatus.TryGet(file, out FileStatus status) == Errno.None ? LockHolders.Of(status) : [];
        string who = holders.Count > 0 ? string.Join(", ", holders.Select(LockHolders.Describe)) : Messages.UnknownHolder;
        return new KsmToolsException(ErrorReason.KernelIoError, target.FullPath, Text.Format(Messages.RecordingBusy, target.FullPath + Suffix, who), Messages.RecordingBusyAction, Errno.EAGAIN);
    }

    private static string PartName(int cpu) => string.Create(CultureInfo.InvariantCulture, $"{PartPrefix}{cpu}");

    private SafeFileHandle Make(string name)
    {
        Errno errno = FolderCalls.TryOpen(_folder, name, New, DraftFile.Private, out SafeFileHandle? file);
        return file ?? throw DraftFile.Failure($"{Place}/{name}", errno);
    }

    private void DeleteParts(int cpuCount)
    {
        DeleteAids();
        for (int cpu = 0; cpu < cpuCount; cpu++)
        {
            Delete(PartName(cpu));
        }
    }

    private void CloseFile()
    {
        try
        {
            File.Dispose();
        }
        catch (IOException)
        {
            // What is still in memory does not fit on a full disk either.
        }
    }

    private bool Has(string name) => FileStatus.TryGet(_folder, name, out _) == Errno.None;

    private void Delete(string name) => _ = FolderCalls.TryDelete(_folder, name);

    private ReadOnlyMemory<byte> Read(string name)
    {
        if (!Has(name))
        {
            return default;
        }

        using SafeFileHandle file = OpenIn(_folder, _target, name);
        byte[] text = new byte[RandomAccess.GetLength(file)];
        int read = RandomAccess.Read(file, text, 0);
        return text.AsMemory(0, read);
    }
}
