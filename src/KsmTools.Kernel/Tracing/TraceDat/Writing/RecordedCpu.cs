using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// One CPU's sub-buffers on their way to a file of their own. Each is in a file before the next is taken, so that whatever ends this process loses no more than one; and none is taken
/// that there is no space for.
/// </summary>
internal sealed class RecordedCpu : IDisposable
{
    // Space is asked for in pieces as large as what there is, up to this: of many CPUs most may have nothing.
    private const int MostSpaceAtOnce = 1 << 20;

    private readonly LiveSubBuffers _source;
    private readonly SubBufferHeader _header;
    private readonly SafeFileHandle _file;
    private readonly MentionedSymbols _symbols;
    private readonly Func<bool> _makeWay;
    private long _length;
    private long _space;

    private RecordedCpu(int cpu, LiveSubBuffers source, SubBufferHeader header, SafeFileHandle file, MentionedSymbols symbols, Func<bool> makeWay)
    {
        Cpu = cpu;
        _source = source;
        _header = header;
        _file = file;
        _symbols = symbols;
        _makeWay = makeWay;
    }

    public int Cpu { get; }

    /// <summary>Bytes of sub-buffers that were taken.</summary>
    public long Taken { get; private set; }

    /// <summary>For poll(2).</summary>
    public int Descriptor => _source.Descriptor;

    /// <summary>Events that the kernel says it lost, at least.</summary>
    public long LostEvents { get; private set; }

    /// <summary>Whether it did not always say how many.</summary>
    public bool LostIsLowerBound { get; private set; }

    /// <summary>Why nothing more is read.</summary>
    public KsmToolsException? Failure => _source.Failure;

    /// <summary>Opens a CPU's buffer.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="instance">The session's.</param>
    /// <param name="subBufferSize">Bytes of a sub-buffer.</param>
    /// <param name="header">Its layout.</param>
    /// <param name="file">Where they go; it is taken over.</param>
    /// <param name="symbols">Looks through them.</param>
    /// <param name="makeWay">Where the disk is full: takes away what is less than events are; gives whether there was anything.</param>
    /// <exception cref="KsmToolsException">The kernel refused the buffer.</exception>
    public static RecordedCpu Open(int cpu, TraceInstance instance, int subBufferSize, SubBufferHeader header, SafeFileHandle file, MentionedSymbols symbols, Func<bool> makeWay)
    {
        try
        {
            return new RecordedCpu(cpu, LiveSubBuffers.Open(instance, cpu, subBufferSize), header, file, symbols, makeWay);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes what there is, and writes it.</summary>
    /// <param name="room">To read into.</param>
    /// <param name="atMost">How many, so that a buffer that fills as fast as it is read comes to an end.</param>
    /// <param name="toTheEnd">Whether also what the kernel has only begun to fill. It takes a whole sub-buffer of the file, and the kernel fills the rest of it all the same.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="IOException">The disk is full, for example: what there is no space for is still in the kernel's buffer.</exception>
    public long Drain(RecordingRoom room, long atMost, bool toTheEnd)
    {
        long taken = 0;
        bool isAll = false;
        while (!isAll && taken < atMost)
        {
            long space = MakeSpace(room);
            room.Begin(Cpu, _length);
            while (room.Length + room.SubBufferSize <= space && taken < atMost)
            {
                Span<byte> subBuffer = room.Next;
                isAll = !_source.TryTake(subBuffer);
                if (isAll)
                {
                    break;
                }

                room.Add();
                taken++;
                Taken += room.SubBufferSize;
                Count(CommitWord.LostBefore(subBuffer, _header));
                _symbols.Look(subBuffer);

                // The first may be the rest of one that was begun when it was taken.
                if (!toTheEnd && taken > 1 && CommitWord.Filled(subBuffer, _header) < subBuffer.Length / 2)
                {
                    isAll = true;
                    break;
                }
            }

            RandomAccess.Write(_file, room.Filled, _length);
            _length += room.Length;
        }

        // What was written for its space only.
        if (RandomAccess.GetLength(_file) > _length)
        {
            _space = _length;
            _ = FileCalls.SetLength(_file, _length);
        }

        return taken;
    }

    /// <summary>Has the kernel say how many events were lost, where its marks do not.</summary>
    public void SettleLosses()
    {
        if (LostIsLowerBound && _source.IsUnread && _source.CountLost() is { } lost && lost >= LostEvents)
        {
            LostEvents = lost;
            LostIsLowerBound = false;
        }
    }

    public void Dispose()
    {
        _source.Dispose();
        _file.Dispose();
    }

    // Gives how much of the room there is space for: one sub-buffer or more.
    private long MakeSpace(RecordingRoom room)
    {
        if (_length + room.SubBufferSize > _space)
        {
            long wanted = Math.Clamp(_length, room.SubBufferSize, MostSpaceAtOnce);
            Errno errno = TryReserve(ref wanted, room.SubBufferSize);
            while (errno is Errno.ENOSPC or Errno.EDQUOT && (wanted > room.SubBufferSize || _makeWay()))
            {
                wanted = room.SubBufferSize;
                errno = TryReserve(ref wanted, room.SubBufferSize);
            }

            if (errno != Errno.None)
            {
                throw new IOException(errno.Describe(), (int)errno);
            }

            _space = _length + wanted;
        }

        return Math.Min(room.Size, _space - _length);
    }

    // Where a file system cannot be asked, what is written has its space: no more than one sub-buffer of zeros is known as that later.
    private Errno TryReserve(ref long wanted, int subBufferSize)
    {
        Errno errno = FileCalls.TryReserve(_file, _length, wanted);
        if (errno is not (Errno.EOPNOTSUPP or Errno.ENOSYS))
        {
            return errno;
        }

        wanted = subBufferSize;
        try
        {
            RandomAccess.Write(_file, new byte[wanted], _length);
            return Errno.None;
        }
        catch (IOException exception) when (DraftFile.ErrnoOf(exception) is Errno.ENOSPC or Errno.EDQUOT)
        {
            return DraftFile.ErrnoOf(exception)!.Value;
        }
    }

    private void Count(long lost)
    {
        LostEvents += Math.Abs(lost);
        LostIsLowerBound |= lost < 0;
    }
}
