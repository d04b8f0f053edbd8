using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>What stands at a path, by statx(2).</summary>
internal static unsafe partial class FileKind
{
    private const int CurrentFolder = -100;
    private const uint WantType = 1;
    private const int TypeMask = 0xF000;
    private const int OrdinaryFile = 0x8000;

    // struct statx has 256 bytes and the mode at 28 on every architecture (include/uapi/linux/stat.h).
    private const int StructureLength = 256;
    private const int ModeOffset = 28;

    /// <summary>Whether there is something that is not an ordinary file: a folder, a device, a pipe. Links are followed.</summary>
    public static bool IsOther(string path)
    {
        byte* status = stackalloc byte[StructureLength];
        return Status(CurrentFolder, path, 0, WantType, status) == 0 && (*(ushort*)(status + ModeOffset) & TypeMask) != OrdinaryFile;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, byte* status);
}
