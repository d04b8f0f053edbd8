using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.Live;

/// <summary>Sleeps until a buffer has something, somebody asks to stop, or time is over. The kernel does the waking: poll(2).</summary>
internal sealed class BufferWait : IDisposable
{
    private readonly PollCalls.Watched[] _files;
    private readonly SafeFileHandle _stop;
    private readonly int _together;

    /// <param name="descriptors">The buffers' files.</param>
    /// <param name="together">
    /// Milliseconds in which, after the first event, more of them are let come together: with 10, a busy buffer costs a hundred wake-ups a second and
    /// no more.
    /// </param>
    public BufferWait(IEnumerable<int> descriptors, int together = 10)
    {
        _together = together;
        _stop = new SafeFileHandle(PollCalls.MakeEvent(), ownsHandle: true);
        if (_stop.IsInvalid)
        {
            throw Errors.KernelErrors.ForCall(FileCalls.LastError, "eventfd(2)", null);
        }

        _files = [.. descriptors.Prepend((int)_stop.DangerousGetHandle()).Select(file => new PollCalls.Watched { Descriptor = file, Events = PollCalls.Readable })];
    }

    /// <summary>Waits.</summary>
    /// <param name="milliseconds">How long at most; -1 for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Wait(int milliseconds, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Wake);
        Errno errno = PollCalls.Wait(_files, milliseconds);
        if (errno == Errno.None && _together > 0 && _files[0].Found == 0 && Array.Exists(_files, file => file.Found != 0))
        {
            _ = PollCalls.Wait(_files.AsSpan(0, 1), milliseconds < 0 ? _together : Math.Min(milliseconds, _together));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Whether the last wait found something in a buffer.</summary>
    /// <param name="index">Which, as they were given.</param>
    public bool IsReady(int index) => _files[index + 1].Found != 0;

    /// <summary>Waits whatever comes, unless somebody asks to stop.</summary>
    /// <param name="milliseconds">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Pause(int milliseconds, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Wake);
        _ = PollCalls.Wait(_files.AsSpan(0, 1), milliseconds);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => _stop.Dispose();

    private unsafe void Wake()
    {
        ulong one = 1;
        _ = FileCalls.Write((int)_stop.DangerousGetHandle(), (byte*)&one, sizeof(ulong));
    }
}
