using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Where sub-buffers are read to before they are written in one call: memory that is a file's, and stays when the process is killed, together with what says where they belong. Where a
/// file system makes no such memory that is safe, it takes one sub-buffer, which is written before the next is read.
/// </summary>
internal sealed unsafe class RecordingRoom : IDisposable
{
    private const int HeaderSize = 4096;
    private const int SpaceSize = 256 << 10;

    // What the header says, each a number of 64 bits.
    private const int CpuAt = 0;
    private const int OffsetAt = 8;
    private const int LengthAt = 16;

    private readonly MappedRange _memory;

    private RecordingRoom(MappedRange memory, int subBufferSize, int size)
    {
        _memory = memory;
        SubBufferSize = subBufferSize;
        Size = size;
    }

    /// <summary>Bytes of a sub-buffer.</summary>
    public int SubBufferSize { get; }

    /// <summary>Bytes that fit in.</summary>
    public int Size { get; }

    /// <summary>Bytes that are there.</summary>
    public int Length { get; private set; }

    /// <summary>What is there.</summary>
    public ReadOnlySpan<byte> Filled => new(Start + HeaderSize, Length);

    /// <summary>Where the next sub-buffer is read to.</summary>
    public Span<byte> Next => new(Start + HeaderSize + Length, SubBufferSize);

    /// <summary>Makes the room.</summary>
    /// <param name="file">An empty file; it is taken over.</param>
    /// <param name="subBufferSize">Bytes of a sub-buffer.</param>
    /// <param name="path">Where it is, for people.</param>
    /// <exception cref="KsmToolsException">The disk is full, for example.</exception>
    public static RecordingRoom Make(SafeFileHandle file, int subBufferSize, string path)
    {
        using (file)
        {
            bool isKept = FolderCalls.IsWrittenInPlace(file);
            int size = isKept ? Math.Max(1, SpaceSize / subBufferSize) * subBufferSize : subBufferSize;
            Errno errno = isKept ? NamelessFiles.Allocate(file, HeaderSize + size) : Errno.None;
            MappedRange? memory = null;
            errno = errno == Errno.None ? MappedRange.TryMap(isKept ? file : null, HeaderSize + size, out memory) : errno;
            return memory is null ? throw DraftFile.Failure(path, errno) : new RecordingRoom(memory, subBufferSize, size);
        }
    }

    /// <summary>What a killed process left in its room.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Whose sub-buffers they are, and where in those of that CPU they belong; null where there are none.</returns>
    public static (int Cpu, long Offset, ReadOnlyMemory<byte> Bytes)? Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < HeaderSize)
        {
            return null;
        }

        long Number(int at) => BitConverter.ToInt64(file.Span[at..]);
        long length = Number(LengthAt);
        return length > 0 && length <= file.Length - HeaderSize && Number(OffsetAt) >= 0 ? ((int)Number(CpuAt), Number(OffsetAt), file.Slice(HeaderSize, (int)length)) : null;
    }

    /// <summary>Empties the room for sub-buffers of a CPU.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="offset">Where in its sub-buffers the first belongs.</param>
    public void Begin(int cpu, long offset)
    {
        SetLength(0);
        Volatile.Write(ref Number(CpuAt), cpu);
        Volatile.Write(ref Number(OffsetAt), offset);
    }

    /// <summary>Takes in the sub-buffer that was read.</summary>
    public void Add() => SetLength(Length + SubBufferSize);

    public void Dispose() => _memory.Dispose();

    private byte* Start => (byte*)_memory.Address;

    private ref long Number(int at) => ref *(long*)(Start + at);

    private void SetLength(int length)
    {
        Length = length;
        Volatile.Write(ref Number(LengthAt), length);
    }
}
