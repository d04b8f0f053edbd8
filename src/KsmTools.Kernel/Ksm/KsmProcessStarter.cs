using System.ComponentModel;
using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>
/// Starts programs whose whole memory can be merged (<c>PR_SET_MEMORY_MERGE</c>, which children inherit over fork(2) and execve(2)).
/// The kernel lets a process set this for itself only. Setting it here for a moment would touch every mapping of this process and, on the way
/// back, unmerge its regions; code of ours between fork and exec is not safe in a runtime with many threads. So a launcher of a few
/// instructions is started in the ordinary way, sets it for itself, and becomes the program.
/// </summary>
public static class KsmProcessStarter
{
    private const int LauncherArguments = 3;

    /// <summary>The failure to tell of where no program has a name that was asked for.</summary>
    /// <param name="name">The name.</param>
    /// <returns><see cref="ErrorReason.KernelIoError"/> with <see cref="Errno.ENOENT"/>.</returns>
    public static KsmToolsException NotFound(string name) => KernelErrors.ForProgram(Errno.ENOENT, name);

    /// <summary>Starts a program and waits until it runs.</summary>
    /// <param name="kernel">Where to look for KSM.</param>
    /// <param name="program">The program's full path.</param>
    /// <param name="name">What the program gets as its own name (<c>argv[0]</c>).</param>
    /// <param name="arguments">Its arguments, each passed on as it is.</param>
    /// <param name="workingDirectory">Where it starts.</param>
    /// <param name="cancellationToken">Stops waiting; the program is then ended.</param>
    /// <returns>The process. It shares this process's standard streams.</returns>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KsmNotSupported"/>: no <c>CONFIG_KSM</c>, or a kernel before 6.4.
    /// <see cref="ErrorReason.AccessDenied"/> or <see cref="ErrorReason.KernelIoError"/>: the program cannot be executed.
    /// </exception>
    public static Process Start(
        KernelTree kernel,
        string program,
        string name,
        IReadOnlyList<string> arguments,
        string workingDirectory,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        CheckKernel(kernel);
        CheckProgram(program, workingDirectory);
        using MergeLauncher launcher = MergeLauncher.Create();
        var start = new ProcessStartInfo(launcher.Path) { UseShellExecute = false, WorkingDirectory = workingDirectory };
        start.ArgumentList.Add(launcher.StatusPath);
        start.ArgumentList.Add(program);
        start.ArgumentList.Add(name);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Launch(start, program);
        try
        {
            WaitForProgram(process, launcher, cancellationToken);
            int status = launcher.ReadStatus();
            if (status != 0)
            {
                process.WaitForExit();
                throw StatusError(status, program);
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            process.Dispose();
            throw;
        }
        catch
        {
            process.Dispose();
            throw;
        }

        // StartInfo is what people look at to see what was started.
        start.FileName = program;
        for (int argument = 0; argument < LauncherArguments; argument++)
        {
            start.ArgumentList.RemoveAt(0);
        }

        return process;
    }

    private static void CheckKernel(KernelTree kernel)
    {
        KsmFiles.Require(kernel);

        Errno errno = ProcessControl.ProbeMemoryMerge();
        if (errno != Errno.None)
        {
            throw KsmProcessErrors.ForMemoryMerge(errno);
        }
    }

    private static void CheckProgram(string program, string workingDirectory)
    {
        if (Directory.Exists(program))
        {
            throw KernelErrors.ForProgram(Errno.EISDIR, program);
        }

        if (FileCalls.Access(program, ProcessControl.MayExecute) < 0)
        {
            throw KernelErrors.ForProgram(FileCalls.LastError, program);
        }

        if (!Directory.Exists(workingDirectory))
        {
            throw KernelErrors.ForWorkingFolder(File.Exists(workingDirectory) ? Errno.ENOTDIR : Errno.ENOENT, workingDirectory);
        }
    }

    private static Process Launch(ProcessStartInfo start, string program)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw KernelErrors.ForProgram((Errno)exception.NativeErrorCode, program);
        }
    }

    // Until it becomes the program, /proc/pid/exe is the launcher's file. A process that has ended has no such link, and neither can that of a
    // program be read which runs as another user.
    private static void WaitForProgram(Process process, MergeLauncher launcher, CancellationToken cancellationToken)
    {
        string link = $"/proc/{process.Id}/exe";
        while (IsLauncher(link, launcher.Link))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(1);
        }
    }

    private static bool IsLauncher(string link, string launcher)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName == launcher;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static KsmToolsException StatusError(int status, string program)
    {
        var errno = (Errno)(status & 0xffff);
        return (status & MergeLauncherImage.PrctlFailed) != 0
            ? KsmProcessErrors.ForMemoryMerge(errno)
            : KernelErrors.ForProgram(errno, program);
    }
}
