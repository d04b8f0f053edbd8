using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.TraceDat;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tests.TraceDat;

/// <summary>Where the data of CPUs is of which the description is cut off.</summary>
public sealed class RecoveryTests
{
    private const int PageSize = 512;

    // The data goes on beyond the end of the file.
    private const long Open = long.MaxValue / 4;

    [Theory]
    [InlineData(0, 52)]
    [InlineData(1, Open)]
    [InlineData(41, Open)]
    public void Chunks_that_end_with_the_file_are_whole(int missing, long expected)
    {
        // Each begins at a multiple of a sub-buffer's size.
        byte[] first = Chunks(100, 300), second = Chunks(40);
        byte[] file = [.. Section(compressed: true), .. first, .. new byte[PageSize - first.Length], .. second[..^missing]];
        Assert.Equal([new TraceDatArea(TraceRecord.AnyCpu, PageSize, first.Length), new TraceDatArea(TraceRecord.AnyCpu, 2 * PageSize, expected)], Find(file, compressed: true));
    }

    [Fact]
    public void Sub_buffers_are_another_CPUs_where_time_goes_back()
    {
        var machine = new SubBufferWriter(false, 8, PageSize);
        byte[] file = [.. Section(compressed: false), .. Page(10), .. Page(20), .. Page(20), .. Page(5), .. Page(6)];
        Assert.Equal([new TraceDatArea(TraceRecord.AnyCpu, PageSize, 3 * PageSize), new TraceDatArea(TraceRecord.AnyCpu, 4 * PageSize, Open)], Find(file, compressed: false));

        byte[] Page(ulong time) => machine.Event(time, machine.Start(time)).Page();
    }

    private static IReadOnlyList<TraceDatArea> Find(byte[] bytes, bool compressed)
    {
        var file = BinaryFile.Of("memory", bytes);
        var header = new TraceDatHeader { Version = 7, Order = new ByteOrder(false), PageSize = PageSize, End = 0, Compression = compressed ? TraceDatCompression.Zlib : TraceDatCompression.None };
        var machine = new SubBufferWriter(false, 8, PageSize);
        var contents = new TraceDatContents { Header = SubBufferHeader.Parse(machine.HeaderPage(), "memory") };
        return TraceDatRecovery.Find(file, header, TraceDatSection.At(file, header, 0), contents).Areas;
    }

    // A section of a buffer, whose size was to be written at its end.
    private static byte[] Section(bool compressed) => [3, 0, compressed ? (byte)1 : (byte)0, .. new byte[PageSize - 3]];

    // A number of chunks, and each with its packed and unpacked size.
    private static byte[] Chunks(params int[] sizes) =>
        [.. BitConverter.GetBytes(sizes.Length), .. sizes.SelectMany(size => (byte[])[.. BitConverter.GetBytes(size), .. BitConverter.GetBytes(size), .. new byte[size]])];
}
