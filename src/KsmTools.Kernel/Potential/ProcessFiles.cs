using System.Globalization;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>What the kernel says of a process, apart from its memory: whose it is, what it executes, what it is inside of.</summary>
internal sealed class ProcessFiles(KernelTree kernel, int id)
{
    private const string Deleted = " (deleted)";
    private const string MachineDescriptor = "anon_inode:kvm-vm";

    private readonly int _thread = ProcessMemory.ThreadOf(kernel, id);

    /// <summary>Whether it is wholly the calling user's: its real, effective, saved and file system user. Its command line is that user's word then.</summary>
    public bool IsOwn => Users() is { } users && users.All(user => user == CurrentUser.Id);

    /// <summary>The path of the program that it executes, as it was when it was started; null where it is gone or hidden.</summary>
    public string? Program => Link("exe") is { } path && !path.EndsWith(Deleted, StringComparison.Ordinal) ? path : null;

    /// <summary>The program's name, whether it is still there or not.</summary>
    public string? ProgramName => Path.GetFileName(Link("exe"))?.Replace(Deleted, string.Empty, StringComparison.Ordinal);

    /// <summary>Which file it executes. What stands at <see cref="Program"/> may be another one by now, or in the place where this is looked at from.</summary>
    public FileStatus? ProgramFile => FileStatus.TryGet(kernel.Locate(Place("exe")), out FileStatus file) == Errno.None ? file : null;

    /// <summary>The folder that relative paths of its begin in; null where it is gone or hidden, or where others may put something else.</summary>
    public string? WorkingFolder => Link("cwd") is { } path && OpenFolder.IsSafe(path) ? path : null;

    /// <summary>Whether it has a virtual machine of KVM.</summary>
    public bool HasVirtualMachine
    {
        get
        {
            try
            {
                return new DirectoryInfo(kernel.Locate(Place("fd"))).EnumerateFileSystemInfos().Any(descriptor => descriptor.LinkTarget == MachineDescriptor);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether its process ids are counted apart from ours. A captured tree does not say who looks at it.</summary>
    public bool HasOwnProcessIds =>
        kernel.IsLive && Link("ns/pid") is { } theirs && new FileInfo("/proc/self/ns/pid").LinkTarget is { } ours && theirs != ours;

    /// <summary>Its command line as it is in memory now, where the process may have written anything else.</summary>
    /// <param name="bytes">The words, each with a zero byte behind it.</param>
    /// <returns>Whether there is one: the process may have ended.</returns>
    public bool TryReadCommandLine(out ReadOnlyMemory<byte> bytes) => kernel.TryReadBytes(Place("cmdline"), out bytes) == Errno.None;

    // "Uid:\t0\t0\t0\t0": real, effective, saved, file system.
    private uint[]? Users()
    {
        const string Key = "Uid:\t";
        string? line = kernel.TryReadText(Place("status"), out string? text) == Errno.None
            ? text!.Split('\n').FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal))
            : null;
        uint[] users = [.. line?[Key.Length..].Split('\t').Select(word => uint.Parse(word, CultureInfo.InvariantCulture)) ?? []];
        return users.Length == 4 ? users : null;
    }

    private string? Link(string name) => new FileInfo(kernel.Locate(Place(name))).LinkTarget;

    private string Place(string name) => ProcessMemory.PathOf(id, _thread, name);
}
