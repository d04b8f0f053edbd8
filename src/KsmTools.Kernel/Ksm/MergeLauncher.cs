using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Ksm;

/// <summary>The launcher as a file that can be executed, and the file in which it says why it failed. Neither has a name in any folder.</summary>
internal sealed class MergeLauncher : IDisposable
{
    private readonly SafeFileHandle _image;
    private readonly SafeFileHandle _status;

    private MergeLauncher(SafeFileHandle image, SafeFileHandle status)
    {
        _image = image;
        _status = status;
        Link = File.ResolveLinkTarget(Path, returnFinalTarget: false)?.FullName ?? string.Empty;
    }

    /// <summary>What to execute. The child of a fork sees the same descriptor there until its execve(2) is done.</summary>
    public string Path => $"/proc/self/fd/{_image.DangerousGetHandle()}";

    /// <summary>The status file as another process sees it.</summary>
    public string StatusPath => $"/proc/{Environment.ProcessId}/fd/{_status.DangerousGetHandle()}";

    /// <summary>What <c>/proc/pid/exe</c> of a process shows that is still the launcher.</summary>
    public string Link { get; }

    /// <summary>Makes both files.</summary>
    /// <exception cref="KsmToolsException">This architecture is not supported, or the kernel refused.</exception>
    public static MergeLauncher Create()
    {
        byte[] bytes = MergeLauncherImage.Make(RuntimeInformation.ProcessArchitecture) ?? throw KernelErrors.ForLauncherArchitecture();
        Check(NamelessFiles.TryCreateInMemory("ksmtools-status", executable: false, out SafeFileHandle? status), "memfd");
        try
        {
            using SafeFileHandle file = CreateImage();
            RandomAccess.Write(file, bytes, 0);
            Check(NamelessFiles.TryReopen(file, out SafeFileHandle? image), "launcher");
            return new MergeLauncher(image!, status!);
        }
        catch
        {
            status!.Dispose();
            throw;
        }
    }

    /// <summary>What the launcher wrote: 0 where it did not fail.</summary>
    public int ReadStatus()
    {
        Span<byte> status = stackalloc byte[sizeof(int)];
        return RandomAccess.Read(_status, status, 0) == status.Length ? MemoryMarshal.Read<int>(status) : 0;
    }

    public void Dispose()
    {
        _image.Dispose();
        _status.Dispose();
    }

    private static SafeFileHandle CreateImage()
    {
        Errno errno = NamelessFiles.TryCreateInMemory("ksmtools-launcher", executable: true, out SafeFileHandle? file);
        if (file is null)
        {
            // vm.memfd_noexec = 2 forbids executable files in memory.
            errno = NamelessFiles.TryCreate(System.IO.Path.GetTempPath(), out file);
        }

        Check(errno, System.IO.Path.GetTempPath());
        return file!;
    }

    private static void Check(Errno errno, string name)
    {
        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, name, "open");
        }
    }
}
