using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Ksm;

/// <summary>The launcher as a file that can be executed, and the file in which it says why it failed. Neither has a name in any folder.</summary>
internal sealed class MergeLauncher : IDisposable
{
    private readonly ProgramFile _program;
    private readonly SafeFileHandle _status;

    private MergeLauncher(ProgramFile program, SafeFileHandle status)
    {
        _program = program;
        _status = status;
    }

    /// <summary>What to execute.</summary>
    public string Path => _program.Path;

    /// <summary>The status file as another process sees it.</summary>
    public string StatusPath => $"/proc/{Environment.ProcessId}/fd/{_status.DangerousGetHandle()}";

    /// <summary>What <c>/proc/pid/exe</c> of a process shows that is still the launcher.</summary>
    public string Link => _program.Link;

    /// <summary>Makes both files.</summary>
    /// <exception cref="KsmToolsException">This architecture is not supported, or the kernel refused.</exception>
    public static MergeLauncher Create()
    {
        byte[] image = MergeLauncherImage.Make(RuntimeInformation.ProcessArchitecture) ?? throw KsmProcessErrors.ForLauncherArchitecture();
        ProgramFile program = ProgramFile.Create("ksmtools-launcher", image);
        Errno errno = NamelessFiles.TryCreateInMemory("ksmtools-status", executable: false, out SafeFileHandle? status);
        if (status is null)
        {
            program.Dispose();
            throw KernelErrors.ForFile(errno, "memfd", "open");
        }

        return new MergeLauncher(program, status);
    }

    /// <summary>What the launcher wrote: 0 where it did not fail.</summary>
    public int ReadStatus()
    {
        Span<byte> status = stackalloc byte[sizeof(int)];
        return RandomAccess.Read(_status, status, 0) == status.Length ? MemoryMarshal.Read<int>(status) : 0;
    }

    public void Dispose()
    {
        _program.Dispose();
        _status.Dispose();
    }
}
