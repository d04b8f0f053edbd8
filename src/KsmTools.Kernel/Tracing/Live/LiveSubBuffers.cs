using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.Live;

/// <summary>
/// One CPU's <c>trace_pipe_raw</c>: a read takes the oldest sub-buffer away, or what is in the newest so far (kernel/trace/trace.c,
/// <c>tracing_buffers_read</c>). It never waits.
/// </summary>
internal sealed class LiveSubBuffers : SubBufferSource
{
    private readonly byte[] _buffer;
    private readonly SafeFileHandle _file;
    private int _length;

    private readonly Func<BufferCounts> _counts;

    private LiveSubBuffers(string path, SafeFileHandle file, int size, Func<BufferCounts> counts)
    {
        Path = path;
        _counts = counts;
        IsUnread = counts() is { HasLosses: true, Read: 0 };
        _file = file;
        _buffer = GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Where it is, for people.</summary>
    public string Path { get; }

    public override bool IsUnread { get; }

    public override ReadOnlySpan<byte> Page => _buffer.AsSpan(0, _length);

    /// <summary>For poll(2).</summary>
    public int Descriptor => (int)_file.DangerousGetHandle();

    /// <summary>Opens a CPU's buffer.</summary>
    /// <param name="folder">The session's instance.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="size">Bytes of a sub-buffer.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static LiveSubBuffers Open(TraceFolder folder, int cpu, int size)
    {
        string pipe = string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}/trace_pipe_raw");
        Errno errno = folder.TryOpen(pipe, FileCalls.ReadOnly | FileCalls.DoNotBlock, out SafeFileHandle? file);
        return file is null ? throw KernelErrors.ForFile(errno, folder.Locate(pipe), "open") : new LiveSubBuffers(folder.Locate(pipe), file, size, Counts);

        BufferCounts Counts() => new(folder.ReadText(string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}/stats")) ?? string.Empty);
    }

    public override long? CountLost() => _counts() is { HasLosses: true } counts ? counts.Lost : null;

    public override bool TryNext()
    {
        _length = Take(_buffer);
        return _length > 0;
    }

    /// <summary>Takes the next sub-buffer to a place of the caller's.</summary>
    /// <param name="subBuffer">As long as a sub-buffer; what the kernel does not fill becomes zero.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(Span<byte> subBuffer)
    {
        int count = Take(subBuffer);
        subBuffer[count..].Clear();
        return count > 0;
    }

    public override string Place(int offset) => Text.Format(Messages.PlaceInFile, BytesRead - _length + offset);

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }

    private unsafe int Take(Span<byte> into)
    {
        nint count;
        Errno errno;
        fixed (byte* first = into)
        {
            do
            {
                count = FileCalls.ReadNext(Descriptor, first, (nuint)into.Length);
                errno = count < 0 ? FileCalls.LastError : Errno.None;
            }
            while (errno == Errno.EINTR);
        }

        if (errno is not (Errno.None or Errno.EAGAIN))
        {
            Failure = KernelErrors.ForFile(errno, Path, "read");
        }

        int taken = (int)Math.Max(0, count);
        BytesRead += taken;
        return taken;
    }
}
