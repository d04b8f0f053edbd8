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
    /// <summary>The name of the file in the folder.</summary>
    public const string Draft = "trace.dat";

    private const string Suffix = TraceFolders.RecordingSuffix;
    private const string Symbols = "kallsyms";
    private const string Names = "saved_cmdlines";
    private const string Room = "room";
    private const string PartPrefix = "cpu";

    private readonly FileTarget _target;
    private readonly SafeFileHandle _folder;

    /// <summary>A folder that was made or found by <see cref="RecordingFolders"/>; all of it is taken over.</summary>
    /// <param name="target">The file that the recording becomes.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The file in it, locked.</param>
    public RecordingFolder(FileTarget target, SafeFileHandle folder, SafeFileHandle file)
    {
        _target = target;
        _folder = folder;
        File = new FileStream(file, FileAccess.ReadWrite);
    }

    /// <summary>The file that the recording becomes.</summary>
    public FileStream File { get; }

    /// <summary>Where that is once it is whole.</summary>
    public string TargetPath => _target.FullPath;

    /// <summary>Whether a file is there already.</summary>
    public bool HasTarget => _target.IsThere;

    /// <summary>Where the folder is.</summary>
    public string Place => _target.FullPath + Suffix;

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
    public SafeFileHandle? OpenPart(int cpu) => Has(PartName(cpu)) ? RecordingFolders.OpenIn(_folder, Place, PartName(cpu)) : null;

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

    /// <summary>Deletes the kernel's symbols, which are large, and needed only if the recording is killed.</summary>
    /// <returns>Whether there were any.</returns>
    public bool TryDeleteSymbols() => FolderCalls.TryDelete(_folder, Symbols) == Errno.None;

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

    private static string PartName(int cpu) => string.Create(CultureInfo.InvariantCulture, $"{PartPrefix}{cpu}");

    private SafeFileHandle Make(string name) => RecordingFolders.MakeIn(_folder, Place, name);

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

        using SafeFileHandle file = RecordingFolders.OpenIn(_folder, Place, name);
        byte[] text = new byte[RandomAccess.GetLength(file)];
        int read = RandomAccess.Read(file, text, 0);
        return text.AsMemory(0, read);
    }
}
