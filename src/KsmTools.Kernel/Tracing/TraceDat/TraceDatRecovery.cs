using KsmTools.Records;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// Finds the CPUs' data in a buffer whose description is cut off. Each CPU's data begins at the next multiple of the sub-buffer's size.
/// Which CPU it is can no longer be told, unless the machine had only one.
/// </summary>
internal static class TraceDatRecovery
{
    private const int ChunkHeader = 8;

    public static TraceDatBuffer Find(BinaryFile file, TraceDatHeader header, TraceDatSection section, TraceDatContents contents)
    {
        long end = section.Size > 0 ? Math.Min(section.End, file.Length) : file.Length;
        int cpu = contents.CpuCount == 1 ? 0 : TraceRecord.AnyCpu;
        var areas = new List<TraceDatArea>();
        if (header.PageSize > 0)
        {
            long start = Align(section.DataOffset, header.PageSize);
            while (start < end && areas.Count < RingBuffer.RingBufferLimits.MaximumCpus)
            {
                long next = section.IsCompressed ? AfterChunks(file, header, start, end) : AfterPages(file, header, contents, start, end);

                // The last one's data goes on beyond the end of the file.
                areas.Add(new TraceDatArea(cpu, start, next < 0 ? long.MaxValue / 4 : next - start));
                start = next < 0 ? end : Align(next, header.PageSize);
            }
        }

        return new TraceDatBuffer
        {
            Name = string.Empty,
            Clock = contents.Clock ?? "local",
            PageSize = header.PageSize,
            IsCompressed = section.IsCompressed,
            Areas = areas,
        };
    }

    private static long Align(long offset, long size) => (offset + size - 1) / size * size;

    // Negative where the file ends before the chunks do.
    private static long AfterChunks(BinaryFile file, TraceDatHeader header, long start, long end)
    {
        Span<byte> word = stackalloc byte[4];
        long position = start + 4;
        if (file.ReadAt(start, word) < 4)
        {
            return -1;
        }

        for (uint count = Read(word, header); count > 0; count--)
        {
            if (file.ReadAt(position, word) < 4)
            {
                return -1;
            }

            position += ChunkHeader + Read(word, header);
            if (position > end)
            {
                return -1;
            }
        }

        return position;
    }

    // Sub-buffers follow each other without a mark between CPUs; but only there does time go back.
    private static long AfterPages(BinaryFile file, TraceDatHeader header, TraceDatContents contents, long start, long end)
    {
        Span<byte> stamp = stackalloc byte[8];
        int offset = contents.Header?.TimestampOffset ?? 0;
        ulong last = 0;
        for (long position = start; position < end; position += header.PageSize)
        {
            if (file.ReadAt(position + offset, stamp) < stamp.Length)
            {
                return -1;
            }

            ulong time = header.Order.UInt64(stamp);
            if (time < last)
            {
                return position;
            }

            last = time;
        }

        return -1;
    }

    private static uint Read(ReadOnlySpan<byte> word, TraceDatHeader header) =>
        header.Order.UInt32(word);
}
