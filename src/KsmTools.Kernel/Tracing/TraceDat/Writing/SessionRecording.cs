using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Records a session to a trace.dat file: takes its sub-buffers as they are, without a look at the events in them. How long a CPU's part gets is
/// known last, and in the file each is in one piece, so they are gathered beside it first.
/// </summary>
public sealed class SessionRecording : IDisposable
{
    // A reader is woken when this much of a CPU's buffer is full: seldom, and with room for a burst until it is there.
    private const int WakeAtPercent = 25;

    // Rare events are fetched now and then all the same, and with them the names of threads that the kernel would forget.
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromSeconds(10);

    // Where a kernel wakes at the first event instead, many are let come together.
    private const int Together = 10;

    private const int RoomSize = 256 << 10;

    private readonly TraceSession _session;
    private readonly DraftFile _draft;
    private readonly int _subBufferSize;
    private readonly byte[] _room;
    private readonly long _wholeBuffer;
    private readonly List<RecordedCpu> _cpus = [];
    private readonly SavedCommands _commands = new();
    private readonly TraceDatMetadata _metadata;
    private readonly string _path;
    private readonly BufferWait? _wait;
    private long _fetchedAt;

    private SessionRecording(TraceSession session, string path, bool replace)
    {
        _session = session;
        _path = path;
        SubBufferHeader header = SessionLayout.Header(session, out _subBufferSize);
        _metadata = SessionMetadata.Read(session, _subBufferSize);
        _room = GC.AllocateUninitializedArray<byte>(Math.Max(1, RoomSize / _subBufferSize) * _subBufferSize);
        _wholeBuffer = session.BufferSize is > 0 and var size ? (size / _subBufferSize) + 2 : long.MaxValue;
        _draft = DraftFile.Create(path, replace, DraftFile.Private);
        try
        {
            foreach (int cpu in session.Instance.Cpus)
            {
                _cpus.Add(RecordedCpu.Open(cpu, session.Instance, _subBufferSize, header, _draft.CreateScratch()));
            }

            // The first wait of a process is slow, because it is compiled: here no event waits for it.
            _wait = new BufferWait(_cpus.Select(cpu => cpu.Descriptor), together: 0);
            _wait.Wait(0, CancellationToken.None);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of sub-buffers that were taken.</summary>
    public long BytesTaken => _cpus.Sum(cpu => cpu.File.Length);

    /// <summary>Events that the kernel says it lost, at least.</summary>
    public long LostEvents => _cpus.Sum(cpu => cpu.LostEvents);

    /// <summary>Whether it did not always say how many.</summary>
    public bool LostIsLowerBound => _cpus.Exists(cpu => cpu.LostIsLowerBound);

    /// <summary>Why a CPU was not read to the end.</summary>
    public KsmToolsException? Failure => _cpus.Find(cpu => cpu.Failure is not null)?.Failure;

    /// <summary>Begins a recording; nothing is taken yet.</summary>
    /// <param name="session">The session.</param>
    /// <param name="path">The file. It holds the kernel's addresses and what every process did, and is for its owner alone.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <exception cref="KsmToolsException">The file cannot be written, or the kernel refused.</exception>
    public static SessionRecording Open(TraceSession session, string path, bool replace)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SessionRecording(session, path, replace);
    }

    /// <summary>Takes what there is, and what comes until time is over or somebody asks to stop, which is no failure.</summary>
    /// <param name="until">A <see cref="Stopwatch"/> time, <see cref="long.MaxValue"/> for never; null takes what is there.</param>
    /// <param name="cancellationToken">Ends the recording.</param>
    /// <exception cref="KsmToolsException">The sub-buffers cannot be written; what was taken is gone.</exception>
    public void Record(long? until, CancellationToken cancellationToken)
    {
        try
        {
            Fetch();
            if (until is not null)
            {
                Follow(until, cancellationToken);
                Fetch();
            }
        }
        catch (IOException exception)
        {
            throw Lost(exception);
        }
    }

    /// <summary>Makes the file of what was recorded.</summary>
    /// <exception cref="KsmToolsException">It cannot be written; what was taken is gone.</exception>
    public void Complete()
    {
        TraceDatMetadata metadata = _metadata with
        {
            KernelSymbols = SessionMetadata.KernelSymbols(_session),
            SavedCommands = _commands.ToText(),
            Statistics = SessionMetadata.Statistics(_session),
        };
        try
        {
            foreach (RecordedCpu cpu in _cpus)
            {
                cpu.File.Position = 0;
            }

            TraceDatOutput.Write(_draft.Stream, metadata, [.. _cpus.Select(cpu => (cpu.Cpu, (Stream)cpu.File))]);
            _draft.Complete(toDisk: false);
        }
        catch (Exception exception) when (exception is IOException or KsmToolsException)
        {
            throw Lost(exception);
        }
    }

    /// <summary>Ends the recording; where it was not completed, no file comes to be.</summary>
    public void Dispose()
    {
        _wait?.Dispose();
        _cpus.ForEach(cpu => cpu.Dispose());
        _draft.Dispose();
    }

    private void Follow(long? until, CancellationToken cancellationToken)
    {
        bool isWokenLate = _session.Instance.TryWakeReadersAt(WakeAtPercent);
        long enough = isWokenLate ? _session.BufferSize / _subBufferSize * WakeAtPercent / 200 : long.MaxValue;
        try
        {
            while (Failure is null && Deadline.Left(until) is not 0 and var left)
            {
                int longest = (int)AtLeastEvery.TotalMilliseconds;
                _wait!.Wait(left < 0 ? longest : Math.Min(left, longest), cancellationToken);
                if (Drain(onlyReady: true) < enough)
                {
                    _wait.Pause(Deadline.Left(until) is var rest && rest < 0 ? Together : Math.Min(rest, Together), cancellationToken);
                }

                if (Stopwatch.GetElapsedTime(_fetchedAt) >= AtLeastEvery)
                {
                    Fetch();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What was recorded so far becomes the file.
        }
        finally
        {
            _session.Instance.WakeReadersAtOnce();
        }
    }

    private void Fetch()
    {
        _ = Drain(onlyReady: false);
        _commands.Add(_session.Tracing.ReadBytes("saved_cmdlines"));
        _fetchedAt = Stopwatch.GetTimestamp();
    }

    // Gives how many sub-buffers the CPU that had most of them had.
    private long Drain(bool onlyReady)
    {
        long most = 0;
        for (int i = 0; i < _cpus.Count; i++)
        {
            if (!onlyReady || _wait!.IsReady(i))
            {
                most = Math.Max(most, _cpus[i].Drain(_room, _subBufferSize, _wholeBuffer, toTheEnd: !onlyReady));
            }
        }

        return most;
    }

    private KsmToolsException Lost(Exception exception)
    {
        KsmToolsException failure = exception as KsmToolsException ?? DraftFile.Failure(_path, exception);
        return BytesTaken == 0
            ? failure
            : new KsmToolsException(
                failure.Reason,
                _path,
                Text.Format(Messages.RecordingLost, _path, failure.Errno?.Describe() ?? exception.Message, BytesTaken),
                Messages.RecordingLostAction,
                failure.Errno,
                exception);
    }
}
