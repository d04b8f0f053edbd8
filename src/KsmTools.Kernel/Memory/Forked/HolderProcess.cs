using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory.Forked;

/// <summary>A small program that holds pages: it answers in words of eight bytes on its standard output, and ends with its standard input, as do its children.</summary>
internal sealed class HolderProcess : IDisposable
{
    // One that is stopped (SIGSTOP) does not see the end of its input, and what waits for it holds the lock.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Between the end of a process's memory and the news of its end.
    private static readonly TimeSpan UntilReaped = TimeSpan.FromMilliseconds(500);

    // As a shell tells SIGKILL.
    private const int Killed = 128 + 9;

    private readonly Process _process;
    private readonly Dictionary<string, long> _killsBefore;

    private HolderProcess(Process process, Dictionary<string, long> killsBefore)
    {
        _process = process;
        _killsBefore = killsBefore;
    }

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="argument">Its argument, or null.</param>
    /// <exception cref="KsmToolsException">It cannot be executed.</exception>
    public static HolderProcess Start(ProgramFile program, string? argument = null)
    {
        var start = new ProcessStartInfo(program.Path) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        if (argument is not null)
        {
            start.ArgumentList.Add(argument);
        }

        Dictionary<string, long> kills = Groups().ToDictionary(group => group.LimitFile, group => ControlGroupMemory.KillsIn(KernelTree.Running, group.Folder));
        try
        {
            return new HolderProcess(Process.Start(start)!, kills);
        }
        catch (Win32Exception exception)
        {
            throw KernelErrors.ForProgram((Errno)exception.NativeErrorCode, program.Link);
        }
    }

    /// <summary>Reads the next answer.</summary>
    /// <param name="call">What was asked of the kernel, for the error.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">The answer is an errno, or the program has ended.</exception>
    public long Read(string call, CancellationToken cancellationToken)
    {
        byte[] answer = new byte[sizeof(long)];
        Stream output = _process.StandardOutput.BaseStream;
        for (int read = 0; read < answer.Length;)
        {
            Task<int> next = output.ReadAsync(answer, read, answer.Length - read, CancellationToken.None);
            next.Wait(cancellationToken);
            read += next.Result;
            if (next.Result == 0)
            {
                throw Death() ?? KernelErrors.ForCall(Errno.ESRCH, call, null);
            }
        }

        long value = BinaryPrimitives.ReadInt64LittleEndian(answer);
        return value < 0 ? throw KernelErrors.ForCall((Errno)(-value), call, null) : value;
    }

    /// <summary>Tells the program to go on.</summary>
    /// <param name="call">What it is to ask of the kernel, for the error.</param>
    /// <exception cref="KsmToolsException">The program has ended.</exception>
    public void GoOn(string call)
    {
        try
        {
            _process.StandardInput.BaseStream.WriteByte(1);
            _process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            throw Death() ?? KernelErrors.ForCall(Errno.ESRCH, call, null);
        }
    }

    /// <summary>What is to be said of a program that was killed; null of one that runs. Whoever looks at its pages meanwhile finds no process.</summary>
    /// <param name="cause">The failure that this explains; null where there is none.</param>
    /// <returns><see cref="ErrorReason.MemoryInsufficient"/> where a control group says so; <see cref="ErrorReason.ProcessNotFound"/> where anybody may have done it; or null.</returns>
    public KsmToolsException? Death(Exception? cause = null)
    {
        if (!_process.WaitForExit(UntilReaped) || _process.ExitCode != Killed)
        {
            return null;
        }

        // Each group counts what was killed in it. The process was in those of this one.
        return Groups().Where(group => ControlGroupMemory.KillsIn(KernelTree.Running, group.Folder) > _killsBefore.GetValueOrDefault(group.LimitFile)).MinBy(group => group.FreeBytes) is { } tight
            ? new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                tight.LimitFile,
                Text.Format(Messages.HolderKilledInGroup, Id, tight.Folder, tight.LimitName, tight.LimitBytes),
                Text.Format(Messages.HolderKilledInGroupAction, tight.LimitFile),
                innerException: cause)
            : new KsmToolsException(ErrorReason.ProcessNotFound, Id, Text.Format(Messages.HolderKilled, Id), Messages.HolderKilledAction, innerException: cause);
    }

    private static IEnumerable<ControlGroupMemory> Groups() => ControlGroupMemory.Of(KernelTree.Running);

    // The end of their input is what all of them wait for; the one that was started ends last. The writer would fail to close where it has ended before.
    public void Dispose()
    {
        _process.StandardInput.BaseStream.Dispose();
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
