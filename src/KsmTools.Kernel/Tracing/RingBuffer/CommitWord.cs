using KsmTools.Files;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// The commit word of a sub-buffer (kernel/trace/ring_buffer.c): its low 27 bits count bytes, <c>RB_MISSED_EVENTS</c> says that events were lost
/// before this sub-buffer, <c>RB_MISSED_STORED</c> that their number is a long right after the data.
/// </summary>
internal static class CommitWord
{
    public const ulong Size = (1u << 27) - 1;
    public const ulong MissedEvents = 1u << 31;
    public const ulong MissedStored = 1u << 30;

    /// <summary>How many events the kernel lost before a sub-buffer that it has just given, in this machine's byte order.</summary>
    /// <param name="page">The sub-buffer.</param>
    /// <param name="header">Its layout.</param>
    /// <returns>0 for none, -1 if it did not count them.</returns>
    public static long LostBefore(ReadOnlySpan<byte> page, SubBufferHeader header)
    {
        ulong commit = Word(page, header.CommitOffset, header.CommitSize);
        if ((commit & MissedEvents) == 0)
        {
            return 0;
        }

        int end = header.DataOffset + (int)(commit & Size);
        return (commit & MissedStored) != 0 && end + header.CommitSize <= page.Length && Word(page, end, header.CommitSize) is > 0 and <= int.MaxValue and var lost
            ? (long)lost
            : -1;
    }

    /// <summary>How many bytes of a sub-buffer that the kernel has just given are events.</summary>
    /// <param name="page">The sub-buffer.</param>
    /// <param name="header">Its layout.</param>
    public static int Filled(ReadOnlySpan<byte> page, SubBufferHeader header) => (int)(Word(page, header.CommitOffset, header.CommitSize) & Size);

    private static ulong Word(ReadOnlySpan<byte> page, int offset, int size) =>
        size == sizeof(ulong) ? ByteOrder.Own.UInt64(page, offset) : ByteOrder.Own.UInt32(page, offset);
}
