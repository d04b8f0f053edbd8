using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.Reading;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.Sessions;

/// <summary>A folder of tracefs with the files of a trace array: the top level, or an instance. Paths are relative to it.</summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="path">The folder, as the kernel's own absolute path.</param>
internal class TraceFolder(KernelTree kernel, string path)
{
    private const string Lockdown = "/sys/kernel/security/lockdown";

    /// <summary>The kernel's files.</summary>
    public KernelTree Kernel => kernel;

    /// <summary>The folder, as the kernel's own absolute path.</summary>
    public string Path => path;

    /// <summary>Where a file is, for people.</summary>
    public string Locate(string file) => kernel.Locate(At(file));

    public bool Exists(string file) => kernel.Exists(At(file));

    /// <summary>Opens a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="flags">As of <see cref="FileCalls"/>.</param>
    /// <param name="handle">The open file, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public Errno TryOpen(string file, int flags, out SafeFileHandle? handle) => kernel.TryOpen(At(file), flags, out handle);

    /// <summary>A file's text; null where this kernel has no such file.</summary>
    /// <exception cref="KsmToolsException">It is there and cannot be read.</exception>
    public string? ReadText(string file)
    {
        Errno errno = kernel.TryReadText(At(file), out string? text);
        return errno is Errno.None or Errno.ENOENT or Errno.ENOTDIR ? text : throw Failure(errno, file, "read");
    }

    /// <summary>A file as it is; empty where this kernel has no such file.</summary>
    /// <exception cref="KsmToolsException">It is there and cannot be read.</exception>
    public ReadOnlyMemory<byte> ReadBytes(string file)
    {
        Errno errno = kernel.TryReadBytes(At(file), out ReadOnlyMemory<byte> contents);
        return errno is Errno.None or Errno.ENOENT or Errno.ENOTDIR ? contents : throw Failure(errno, file, "read");
    }

    public Errno TryWrite(string file, string value) => kernel.TryWrite(At(file), value);

    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Write(string file, string value)
    {
        Errno errno = TryWrite(file, value);
        if (errno != Errno.None)
        {
            throw Failure(errno, file, "write");
        }
    }

    /// <summary>Empties what a file shows.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void Truncate(string file)
    {
        Errno errno = kernel.TryTruncate(At(file));
        if (errno != Errno.None)
        {
            throw Failure(errno, file, "clear");
        }
    }

    public IReadOnlyList<string> Folders(string folder) => kernel.Folders(At(folder));

    /// <summary>The kernel's answer as an exception. Where the kernel is locked down, EPERM has nothing to do with the user.</summary>
    public KsmToolsException Failure(Errno errno, string file, string verb) =>
        errno == Errno.EPERM && LockdownMode() is { } mode
            ? new KsmToolsException(
                ErrorReason.AccessDenied, Locate(file), Text.Format(Messages.TracingLockedDown, Locate(file), verb, errno.Describe(), mode), Messages.TracingLockedDownAction, errno)
            : KernelErrors.ForFile(errno, Locate(file), verb);

    private string At(string file) => file.Length == 0 ? path : $"{path}/{file}";

    // "none [integrity] confidentiality"; Documentation/admin-guide/LSM and lockdown_reasons in security/security.c.
    private string? LockdownMode()
    {
        _ = kernel.TryReadText(Lockdown, out string? text);
        string mode = text is null ? "none" : TraceClock.Selected(text);
        return mode is "integrity" or "confidentiality" ? mode : null;
    }
}
