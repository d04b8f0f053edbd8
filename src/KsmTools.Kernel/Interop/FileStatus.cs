using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>What statx(2) says of a file: what it is, whose, and who may do what with it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Who may do what with it.</param>
/// <param name="UserId">Its owner.</param>
/// <param name="GroupId">Its group.</param>
/// <param name="Names">How many names it has in folders (hard links).</param>
/// <param name="Identity">Which file it is: the device that it is on, and its inode there.</param>
internal readonly partial record struct FileStatus(FileKind Kind, UnixFileMode Mode, uint UserId, uint GroupId, uint Names, (uint DeviceMajor, uint DeviceMinor, ulong Node) Identity)
{
    private const uint BasicFields = 0x7ff;
    private const int KindMask = 0xf000;
    private const int ModeMask = 0xfff;

    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Whether its group, or everybody, may write it; of a folder: make, rename and delete files there.</summary>
    public bool IsOpenToOthers => (Mode & WritableByOthers) != 0;

    /// <summary>Whether a process that executes it becomes another user or group.</summary>
    public bool ChangesUser => (Mode & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0;

    /// <summary>Whether it belongs to root, or to the user who runs this.</summary>
    public bool IsOwn => UserId == 0 || UserId == CurrentUser.Id;

    /// <summary>What is at a path. Links are followed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="status">What it is.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryGet(string path, out FileStatus status) => TryGet(FolderCalls.CurrentFolder, path, 0, out status);

    /// <summary>What has a name in a folder: the link itself where it is one.</summary>
    /// <param name="folder">The open folder.</param>
    /// <param name="name">The name.</param>
    /// <param name="status">What it is.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryGet(SafeFileHandle folder, string name, out FileStatus status) =>
        TryGet((int)folder.DangerousGetHandle(), name, FolderCalls.DoNotFollow, out status);

    /// <summary>What an open file is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="status">What it is.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryGet(SafeFileHandle file, out FileStatus status) =>
        TryGet((int)file.DangerousGetHandle(), string.Empty, FolderCalls.EmptyPath, out status);

    private static Errno TryGet(int folder, string path, int flags, out FileStatus status)
    {
        Errno errno = Ask(folder, path, flags, BasicFields, out Answer answer) == 0 ? Errno.None : FileCalls.LastError;
        status = errno == Errno.None
            ? new FileStatus(
                (FileKind)(answer.Mode & KindMask),
                (UnixFileMode)(answer.Mode & ModeMask),
                answer.UserId,
                answer.GroupId,
                answer.Names,
                (answer.DeviceMajor, answer.DeviceMinor, answer.Node))
            : default;
        return errno;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint mask, out Answer answer);

    // struct statx of include/uapi/linux/stat.h, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Answer
    {
        [FieldOffset(16)]
        public uint Names;

        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(24)]
        public uint GroupId;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Node;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
