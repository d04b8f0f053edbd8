using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>Which file it is that stands at a path, by statx(2). Two paths whose identity is the same lead to the same file.</summary>
/// <param name="DeviceMajor">The device that it is on, and the number of its driver.</param>
/// <param name="DeviceMinor">The device's own number.</param>
/// <param name="Node">Its inode there.</param>
/// <param name="ChangesUser">Whether a process that executes it becomes another user or group (<c>S_ISUID</c>, <c>S_ISGID</c>).</param>
internal readonly unsafe partial record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Node, bool ChangesUser)
{
    private const int CurrentFolder = -100;
    private const uint WantModeAndNode = 2 | 0x100;
    private const int ChangingBits = 0xC00;

    // struct statx has the same layout on every architecture (include/uapi/linux/stat.h).
    private const int StructureLength = 256;
    private const int ModeOffset = 28;
    private const int NodeOffset = 32;
    private const int MajorOffset = 136;
    private const int MinorOffset = 140;

    /// <summary>The file at a path, or null where none can be looked at. Links are followed.</summary>
    public static FileIdentity? Of(string path)
    {
        byte* status = stackalloc byte[StructureLength];
        return Status(CurrentFolder, path, 0, WantModeAndNode, status) < 0
            ? null
            : new FileIdentity(
                *(uint*)(status + MajorOffset), *(uint*)(status + MinorOffset), *(ulong*)(status + NodeOffset), (*(ushort*)(status + ModeOffset) & ChangingBits) != 0);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, byte* status);
}
