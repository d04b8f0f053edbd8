using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>A program as a file that can be executed and has no name in any folder.</summary>
internal sealed class ProgramFile : IDisposable
{
    private readonly SafeFileHandle _image;

    private ProgramFile(SafeFileHandle image)
    {
        _image = image;
        Link = File.ResolveLinkTarget(Path, returnFinalTarget: false)?.FullName ?? string.Empty;
    }

    /// <summary>What to execute. The child of a fork sees the same descriptor there until its execve(2) is done.</summary>
    public string Path => $"/proc/self/fd/{_image.DangerousGetHandle()}";

    /// <summary>What <c>/proc/pid/exe</c> of a process shows that runs it.</summary>
    public string Link { get; }

    /// <summary>Makes the file.</summary>
    /// <param name="name">What <c>/proc/pid/exe</c> calls it.</param>
    /// <param name="image">The program.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static ProgramFile Create(string name, byte[] image)
    {
        using SafeFileHandle file = CreateEmpty(name);
        RandomAccess.Write(file, image, 0);
        Check(NamelessFiles.TryReopen(file, out SafeFileHandle? opened), name);
        return new ProgramFile(opened!);
    }

    public void Dispose() => _image.Dispose();

    private static SafeFileHandle CreateEmpty(string name)
    {
        Errno errno = NamelessFiles.TryCreateInMemory(name, executable: true, out SafeFileHandle? file);
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
