using KsmTools.Errors;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>One CPU's sub-buffers on their way to a file of their own, which nobody else can find and of which nothing is left, whatever happens.</summary>
internal sealed class RecordedCpu : IDisposable
{
    private readonly LiveSubBuffers _source;
    private readonly SubBufferHeader _header;

    private RecordedCpu(int cpu, LiveSubBuffers source, SubBufferHeader header, FileStream file)
    {
        Cpu = cpu;
        _source = source;
        _header = header;
        File = file;
    }

    public int Cpu { get; }

    /// <summary>The sub-buffers so far.</summary>
    public FileStream File { get; }

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
    /// <exception cref="KsmToolsException">The kernel refused the buffer.</exception>
    public static RecordedCpu Open(int cpu, TraceInstance instance, int subBufferSize, SubBufferHeader header, FileStream file)
    {
        try
        {
            return new RecordedCpu(cpu, LiveSubBuffers.Open(instance, cpu, subBufferSize), header, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes what there is, and writes it.</summary>
    /// <param name="room">To read into: whole sub-buffers.</param>
    /// <param name="subBufferSize">Bytes of one.</param>
    /// <param name="atMost">How many, so that a buffer that fills as fast as it is read comes to an end.</param>
    /// <param name="toTheEnd">Whether also what the kernel has only begun to fill. It takes a whole sub-buffer of the file, and the kernel fills the rest of it all the same.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="IOException">The disk is full, for example.</exception>
    public long Drain(Span<byte> room, int subBufferSize, long atMost, bool toTheEnd)
    {
        long taken = 0;
        bool isAll = false;
        while (!isAll && taken < atMost)
        {
            int length = 0;
            while (length < room.Length && taken < atMost)
            {
                Span<byte> subBuffer = room.Slice(length, subBufferSize);
                isAll = !_source.TryTake(subBuffer);
                if (isAll)
                {
                    break;
                }

                Count(CommitWord.LostBefore(subBuffer, _header));
                length += subBufferSize;
                taken++;

                // The first may be the rest of one that was begun when it was taken.
                if (!toTheEnd && taken > 1 && CommitWord.Filled(subBuffer, _header) < subBufferSize / 2)
                {
                    isAll = true;
                    break;
                }
            }

            File.Write(room[..length]);
        }

        return taken;
    }

    public void Dispose()
    {
        _source.Dispose();
        File.Dispose();
    }

    private void Count(long lost)
    {
        LostEvents += Math.Abs(lost);
        LostIsLowerBound |= lost < 0;
    }
}
