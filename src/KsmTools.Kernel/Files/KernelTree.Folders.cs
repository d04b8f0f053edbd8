using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <content>What is in a folder, and who may do what with it.</content>
public partial class KernelTree
{
    /// <summary>The names of the folders in a folder, in order; none where it is not there or may not be looked into.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal IReadOnlyList<string> Folders(string path)
    {
        _ = TryOpenFolder(path, FileCalls.ReadOnly, out SafeFileHandle? folder);
        using (folder)
        {
            return folder is null ? [] : NamesIn(folder, found => found.EnumerateDirectories());
        }
    }

    /// <summary>The names of the files in a folder, in order; none where it is not there or may not be looked into.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal IReadOnlyList<string> Files(string path)
    {
        _ = TryOpenFolder(path, FileCalls.ReadOnly, out SafeFileHandle? folder);
        using (folder)
        {
            return folder is null ? [] : NamesIn(folder, found => found.EnumerateFiles());
        }
    }

    /// <summary>Who may do what with a file; null where it is not there.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal UnixFileMode? ModeOf(string path)
    {
        _ = IsLive ? FolderCalls.TryOpen(null, path, FileCalls.PlaceOnly, UnixFileMode.None, out SafeFileHandle? place) : TryOpenInside(path, FileCalls.PlaceOnly, out place);
        using (place)
        {
            return place is not null && FileStatus.TryGet(place, out FileStatus status) == Errno.None ? status.Mode : null;
        }
    }

    private static IReadOnlyList<string> NamesIn(SafeFileHandle folder, Func<DirectoryInfo, IEnumerable<FileSystemInfo>> list)
    {
        try
        {
            return [.. list(new DirectoryInfo(PathOf(folder))).Select(found => found.Name).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
