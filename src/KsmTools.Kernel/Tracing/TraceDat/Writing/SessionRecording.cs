using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.Sessions;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Records a session to a trace.dat file: takes its sub-buffers as they are, and decodes nothing. How long a CPU's part gets is known last, and in the file each is in one piece, so
/// they are gathered beside it first, where <see cref="RecordingCompletion"/> finds them if this process does not come to its end.
/// </summary>
public sealed class SessionRecording : IDisposable
{
    // A reader is woken when this much of a CPU's buffer is full: seldom, and with room for a burst until it is there.
    private const int WakeAtPercent = 25;

    // Rare events are fetched now and then all the same.
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromSeconds(10);

    // The kernel forgets names of threads, and a killed recording has only those that were read: before the events of those threads are taken.
    private static readonly TimeSpan NamesEvery = TimeSpan.FromSeconds(1);

    // Who ends this process waits longer (90 s by systemd.service(5)), and what is not a file by then can be made one later.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(20);

    // Where a kernel wakes at the first event instead, many are let come together.
    private const int Together = 10;

    // So that a full disk, too, takes what is known at the end.
    private const int SpaceForEnd = 512 << 10;

    private readonly TraceSession _session;
    private readonly RecordingFolder _folder;
    private readonly RecordingRoom _room;
    private readonly long _wholeBuffer;
    private readonly List<RecordedCpu> _cpus = [];
    private readonly SavedCommands _commands = new();
    private readonly SafeFileHandle _names;
    private readonly MentionedSymbols _symbols;
    private readonly ReadOnlyMemory<byte> _modules;
    private readonly int _cpuCount;
    private readonly BufferLock? _taken;
    private readonly BufferWait? _wait;
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly ProcessEnd _processEnd;
    private KsmToolsException? _failure;
    private long _namesLength;
    private long _fetchedAt;
    private long _namesAt;
    private bool _isFile;

    private SessionRecording(TraceSession session, string path, bool replace, ActingCommand command)
    {
        _session = session;
        SubBufferHeader header = SessionLayout.Header(session, out int subBufferSize);
        TraceDatMetadata metadata = SessionMetadata.Read(session, subBufferSize);
        _modules = SessionMetadata.Modules(session);
        ReadOnlyMemory<byte> symbols = SessionMetadata.KernelSymbols(session);
        _cpuCount = metadata.CpuCount;
        _symbols = new MentionedSymbols(symbols);

        // What is asked for is space for events, of which the kernel may give more.
        _wholeBuffer = session.BufferSize is > 0 and var size ? (2 * size / (subBufferSize - header.DataOffset)) + 2 : long.MaxValue;
        _folder = RecordingFolders.Make(path, replace);
        _processEnd = new ProcessEnd(End);
        try
        {
            _taken = BufferLock.Take(session, command);
            _names = _folder.MakeNames();
            _room = _folder.MakeRoom(subBufferSize);
            Begin(metadata, symbols);
            foreach (int cpu in session.Instance.Cpus)
            {
                _cpus.Add(RecordedCpu.Open(cpu, session.Instance, subBufferSize, header, _folder.MakePart(cpu), _symbols, _folder.TryDeleteSymbols));
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
    public long BytesTaken => _cpus.Sum(cpu => cpu.Taken);

    /// <summary>Events that the kernel says it lost, at least.</summary>
    public long LostEvents => _cpus.Sum(cpu => cpu.LostEvents);

    /// <summary>Whether it did not always say how many.</summary>
    public bool LostIsLowerBound => _cpus.Exists(cpu => cpu.LostIsLowerBound);

    /// <summary>Why the recording ended before it should: the disk is full, for example. What came before is in the file.</summary>
    public KsmToolsException? Failure => _failure ?? _cpus.Find(cpu => cpu.Failure is not null)?.Failure;

    /// <summary>Begins a recording; nothing is taken yet.</summary>
    /// <param name="session">The session.</param>
    /// <param name="path">The file. It holds the kernel's addresses and what every process did, and is for its owner alone.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <param name="command">The command that records; nobody else takes events of the session until the recording is disposed of.</param>
    /// <exception cref="KsmToolsException">
    /// The file cannot be written, or the kernel refused; a recording to that file goes on, or its end did not come; <see cref="ErrorReason.KnobBusy"/>, naming who takes events of the
    /// session already.
    /// </exception>
    public static SessionRecording Open(TraceSession session, string path, bool replace, ActingCommand command)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(command);
        return new SessionRecording(session, path, replace, command);
    }

    /// <summary>Makes a file of a recording whose process was killed, or whose disk was full.</summary>
    /// <param name="path">The file that it was to become, or the folder with what was recorded.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <param name="cancellationToken">Breaks it off; the next call goes on from there.</param>
    /// <returns>The file.</returns>
    /// <exception cref="KsmToolsException">There is no such recording, or it goes on; the file cannot be written, and the recording is still there; nothing had been recorded.</exception>
    public static string Recover(string path, bool replace, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return RecordingCompletion.Recover(path, replace, cancellationToken);
    }

    /// <summary>
    /// Takes what there is, and what comes until time is over or somebody asks to stop, which is no failure. Neither is a full disk (<see cref="Failure"/>): what has no space stays in the
    /// session.
    /// </summary>
    /// <param name="until">A <see cref="Stopwatch"/> time, <see cref="long.MaxValue"/> for never; null takes what is there.</param>
    /// <param name="cancellationToken">Ends the recording.</param>
    public void Record(long? until, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            Fetch();
            if (until is not null)
            {
                Follow(until, stop.Token);
                Fetch();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Errno? errno = DraftFile.ErrnoOf(exception);
            _failure = new KsmToolsException(
                ErrorReason.KernelIoError,
                _folder.TargetPath,
                Text.Format(Messages.RecordingEnded, _folder.TargetPath, errno?.Describe() ?? exception.Message, BytesTaken),
                Messages.RecordingEndedAction,
                errno,
                exception);
        }
    }

    /// <summary>Makes the file of what was recorded.</summary>
    /// <exception cref="KsmToolsException">It cannot be written; what was recorded stays for <see cref="Recover"/>.</exception>
    public void Complete()
    {
        _cpus.ForEach(cpu => cpu.SettleLosses());
        FetchNames();
        Close();
        RecordingCompletion.Complete(_folder, new RecordedEnd
        {
            KernelSymbols = _symbols.ToText(SessionMetadata.Modules(_session).Span.SequenceEqual(_modules.Span) ? null : SessionMetadata.KernelSymbols(_session)),
            SavedCommands = _commands.ToText(),
            Statistics = SessionMetadata.Statistics(_session),
        });
        _isFile = true;
    }

    /// <summary>Ends the recording. What was recorded and has not become a file stays for <see cref="Recover"/>; where that is nothing, nothing is left.</summary>
    public void Dispose()
    {
        Close();
        if (!_isFile && BytesTaken == 0)
        {
            _ = _folder.TryRemove(_cpuCount);
        }

        _folder.Dispose();
        _taken?.Dispose();
        _processEnd.Dispose();
        _ended.Set();
        _stop.Dispose();
    }

    // A file that is deleted while it is open keeps its folder from being removed where others serve it (NFS, FUSE).
    private void Close()
    {
        _wait?.Dispose();
        _cpus.ForEach(cpu => cpu.Dispose());
        _names?.Dispose();
        _room?.Dispose();
    }

    private void Begin(TraceDatMetadata metadata, ReadOnlyMemory<byte> symbols)
    {
        try
        {
            TraceDatOutput.Begin(_folder.File, metadata);
            _ = FileCalls.TryReserve(_folder.File.SafeFileHandle, _folder.File.Length, SpaceForEnd);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DraftFile.Failure(_folder.TargetPath, exception);
        }

        using SafeFileHandle file = _folder.MakeSymbols();
        _ = Keep(file, symbols.Span, 0);
    }

    // It is for whoever must make a file of the recording later; the recording is as good without.
    private static bool Keep(SafeFileHandle file, ReadOnlySpan<byte> text, long offset)
    {
        try
        {
            RandomAccess.Write(file, text, offset);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _ = FileCalls.SetLength(file, offset);
            return false;
        }
    }

    // The process ends: the recording does so in the ordinary way, on its own thread.
    private void End()
    {
        try
        {
            _stop.Cancel();
            _ = _ended.Wait(LongestEnd);
        }
        catch (ObjectDisposedException)
        {
            // It came to its end at this moment.
        }
    }

    private void Follow(long? until, CancellationToken cancellationToken)
    {
        bool isWokenLate = _session.Instance.TryWakeReadersAt(WakeAtPercent);
        long enough = isWokenLate ? _session.BufferSize / _room.SubBufferSize * WakeAtPercent / 200 : long.MaxValue;
        try
        {
            while (Failure is null && Deadline.Left(until) is not 0 and var left)
            {
                int longest = (int)AtLeastEvery.TotalMilliseconds;
                _wait!.Wait(left < 0 ? longest : Math.Min(left, longest), cancellationToken);
                if (Stopwatch.GetElapsedTime(_namesAt) >= NamesEvery)
                {
                    FetchNames();
                    _namesAt = Stopwatch.GetTimestamp();
                }

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
        FetchNames();
        _ = Drain(onlyReady: false);
        _fetchedAt = Stopwatch.GetTimestamp();
    }

    private void FetchNames()
    {
        ReadOnlyMemory<byte> names = _commands.Add(_session.Tracing.ReadBytes("saved_cmdlines"));
        _namesLength += Keep(_names, names.Span, _namesLength) ? names.Length : 0;
    }

    // Gives how many sub-buffers the CPU that had most of them had.
    private long Drain(bool onlyReady)
    {
        long most = 0;
        for (int i = 0; i < _cpus.Count; i++)
        {
            if (!onlyReady || _wait!.IsReady(i))
            {
                most = Math.Max(most, _cpus[i].Drain(_room, _wholeBuffer, toTheEnd: !onlyReady));
            }
        }

        return most;
    }
}
