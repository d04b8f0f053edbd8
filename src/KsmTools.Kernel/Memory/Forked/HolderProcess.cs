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

    private readonly Process _process;

    private HolderProcess(Process process) => _process = process;

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

        try
        {
            return new HolderProcess(Process.Start(start)!);
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
                throw KernelErrors.ForCall(Errno.ESRCH, call, null);
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
            throw KernelErrors.ForCall(Errno.ESRCH, call, null);
        }
    }

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
