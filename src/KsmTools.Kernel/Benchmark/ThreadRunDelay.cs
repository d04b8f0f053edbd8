using System.Buffers.Text;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Benchmark;

/// <summary>How long a thread has waited for a CPU so far: the second number of <c>/proc/thread-self/schedstat</c> (Documentation/scheduler/sched-stats.rst). Of the thread that made it.</summary>
internal sealed class ThreadRunDelay : IDisposable
{
    private readonly KernelFile? _file;

    public ThreadRunDelay() => _ = KernelFile.TryOpen(KernelTree.Running, "/proc/thread-self/schedstat", out _file);

    /// <summary>Nanoseconds; null where the kernel does not say.</summary>
    public long? Read()
    {
        Span<byte> text = stackalloc byte[80];
        if (_file is null || _file.TryRead(text, 0, out int count) != Errno.None)
        {
            return null;
        }

        // A kernel that does not count says "0 0 0" (proc_pid_schedstat, fs/proc/base.c); a thread that asks has been on a CPU.
        ReadOnlySpan<byte> line = text[..count];
        int space = line.IndexOf((byte)' ');
        return space >= 0 && !line.StartsWith("0 "u8) && Utf8Parser.TryParse(line[(space + 1)..], out long nanoseconds, out _) ? nanoseconds : null;
    }

    public void Dispose() => _file?.Dispose();
}
