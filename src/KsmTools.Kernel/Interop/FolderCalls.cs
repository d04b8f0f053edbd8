using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>mkdir(2) and rmdir(2): in tracefs, making and removing a folder is how instances are made and removed.</summary>
internal static partial class FolderCalls
{
    private const uint Mode = 0x1C0; // 0700

    public static Errno TryMake(string path) => Make(path, Mode) == 0 ? Errno.None : FileCalls.LastError;

    public static Errno TryRemove(string path) => Remove(path) == 0 ? Errno.None : FileCalls.LastError;

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Make(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Remove(string path);
}
