using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Tracing.RingBuffer;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.Live;

/// <summary>
/// One CPU's <c>trace_pipe_raw</c>: a read takes the oldest sub-buffer away, or what is in the newest so far (kernel/trace/trace.c,
/// <c>tracing_buffers_read</c>). It never waits.
/// </summary>
internal sealed class LiveSubBuffers : SubBufferSource
{
    private readonly string _path;
    private readonly byte[] _buffer;
    private readonly SafeFileHandle _file;
    private int _length;

    private LiveSubBuffers(string path, SafeFileHandle file, int size)
    {
        _path = path;
        _file = file;
        _buffer = GC.AllocateUninitializedArray<byte>(size);
    }

    public override ReadOnlySpan<byte> Page => _buffer.AsSpan(0, _length);

    /// <summary>For poll(2).</summary>
    public int Descriptor => (int)_file.DangerousGetHandle();

    /// <summary>Opens a CPU's buffer.</summary>
    /// <param name="path">Its <c>trace_pipe_raw</c>.</param>
    /// <param name="size">Bytes of a sub-buffer.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static LiveSubBuffers Open(string path, int size)
    {
        int descriptor = FileCalls.Open(path, FileCalls.ReadOnly | FileCalls.DoNotBlock | FileCalls.CloseOnExec);
        return descriptor < 0
            ? throw KernelErrors.ForFile(FileCalls.LastError, path, "open")
            : new LiveSubBuffers(path, new SafeFileHandle(descriptor, ownsHandle: true), size);
    }

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
            Failure = KernelErrors.ForFile(errno, _path, "read");
        }

        int taken = (int)Math.Max(0, count);
        BytesRead += taken;
        return taken;
    }
}
