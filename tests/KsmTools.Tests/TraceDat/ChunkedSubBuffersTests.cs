using System.Buffers.Binary;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tracing.TraceDat;
using KsmTools.Tracing.TraceFiles;
using ZstdSharp;

namespace KsmTools.Tests.TraceDat;

/// <summary>Chunks that are unpacked ahead, in batches of any size: every sub-buffer comes once, in order, and a failure after all that is whole.</summary>
public sealed class ChunkedSubBuffersTests
{
    private const int PageSize = 256;
    private const int ChunkCount = 40;

    /// <summary>Bytes of a batch: less than a chunk, some chunks, and all of them.</summary>
    public static TheoryData<int> BatchSizes => [1, 5 * PageSize, 1 << 20];

    [Theory]
    [MemberData(nameof(BatchSizes))]
    public void All_come_in_order_and_say_where_they_are(int batchSize)
    {
        (byte[] file, List<int> chunks) = Write();
        using ChunkedSubBuffers source = Open(file, batchSize);
        int number = 0;
        for (int chunk = 0; chunk < ChunkCount; chunk++)
        {
            for (int page = 0; page < PagesOf(chunk); page++)
            {
                Assert.True(source.TryNext());
                Assert.Equal(Page(number++), source.Page);
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"byte {(page * PageSize) + 3} of the compressed chunk at byte {chunks[chunk]}"), source.Place(3));
            }
        }

        Assert.False(source.TryNext());
        Assert.False(source.TryNext());
        Assert.Null(source.Failure);
        Assert.Equal(file.Length, source.BytesRead);
    }

    [Theory]
    [MemberData(nameof(BatchSizes))]
    public void What_is_before_a_damaged_chunk_is_given_first(int batchSize)
    {
        (byte[] file, List<int> chunks) = Write();
        for (int damaged = 0; damaged < ChunkCount; damaged++)
        {
            byte[] bad = [.. file];
            bad[chunks[damaged] + 8] ^= 0xFF;
            Assert.Equal(ErrorReason.TraceCorrupt, FailureAfter(bad, batchSize, damaged));
        }
    }

    [Theory]
    [MemberData(nameof(BatchSizes))]
    public void What_is_before_the_end_of_a_cut_file_is_given_first(int batchSize)
    {
        (byte[] file, List<int> chunks) = Write();
        for (int cut = 0; cut < ChunkCount; cut++)
        {
            Assert.Equal(ErrorReason.TraceTruncated, FailureAfter(file[..(chunks[cut] + 10)], batchSize, cut, file.Length));
        }
    }

    [Theory]
    [MemberData(nameof(BatchSizes))]
    public void Reading_may_stop_anywhere(int batchSize)
    {
        (byte[] file, _) = Write();
        var unpackers = new List<SlowUnpacker>();
        for (int pages = 0; pages < 20; pages++)
        {
            var unpacker = new SlowUnpacker();
            unpackers.Add(unpacker);
            using (ChunkedSubBuffers source = Open(file, batchSize, unpacker: unpacker))
            {
                for (int page = 0; page < pages; page++)
                {
                    Assert.True(source.TryNext());
                }
            }
        }

        // At the end, as a thread that was not waited for may begin late.
        Assert.DoesNotContain(unpackers, unpacker => unpacker.WasDisposedInUse || unpacker.WasUsedAfterwards);
    }

    // Chunks are of different lengths, and some hold nothing.
    private static int PagesOf(int chunk) => chunk % 4;

    private static byte[] Page(int number)
    {
        byte[] page = new byte[PageSize];
        new Random(number).NextBytes(page);
        return page;
    }

    private static (byte[] File, List<int> Chunks) Write()
    {
        using var zstd = new Compressor();
        var file = new List<byte>();
        var chunks = new List<int>();
        Word(ChunkCount);
        int number = 0;
        for (int chunk = 0; chunk < ChunkCount; chunk++)
        {
            byte[] data = [.. Enumerable.Range(number, PagesOf(chunk)).SelectMany(Page)];
            number += PagesOf(chunk);
            byte[] packed = zstd.Wrap(data).ToArray();
            chunks.Add(file.Count);
            Word(packed.Length);
            Word(data.Length);
            file.AddRange(packed);
        }

        return ([.. file], chunks);

        void Word(int value)
        {
            byte[] word = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(word, value);
            file.AddRange(word);
        }
    }

    private static ErrorReason? FailureAfter(byte[] file, int batchSize, int chunks, int? size = null)
    {
        using ChunkedSubBuffers source = Open(file, batchSize, size);
        int whole = Enumerable.Range(0, chunks).Sum(PagesOf);
        for (int number = 0; number < whole; number++)
        {
            Assert.True(source.TryNext());
            Assert.Equal(Page(number), source.Page);
        }

        Assert.Null(source.Failure);
        Assert.False(source.TryNext());
        return source.Failure?.Reason;
    }

    private static ChunkedSubBuffers Open(byte[] file, int batchSize, int? size = null, IUnpacker? unpacker = null)
    {
        // The number of chunks is not counted in the size.
        var area = new TraceDatArea(0, 0, (size ?? file.Length) - 4);
        return new(new ChunkReader(BinaryFile.Of("trace.dat", file), new ByteOrder(IsBigEndian: false), area, PageSize, unpacker ?? new ZstdUnpacker()), PageSize, batchSize);
    }

    private sealed class SlowUnpacker : IUnpacker
    {
        private readonly ZstdUnpacker _unpacker = new();
        private volatile bool _isDisposed;
        private volatile int _users;

        /// <summary>Whether somebody was using it when it was disposed of.</summary>
        public bool WasDisposedInUse { get; private set; }

        /// <summary>Whether it was used when it had been disposed of.</summary>
        public bool WasUsedAfterwards { get; private set; }

        public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> into)
        {
            _ = Interlocked.Increment(ref _users);
            Thread.Sleep(1);
            WasUsedAfterwards |= _isDisposed;
            bool isUnpacked = _unpacker.TryUnpack(packed, into);
            _ = Interlocked.Decrement(ref _users);
            return isUnpacked;
        }

        public Stream Unpack(Stream packed) => _unpacker.Unpack(packed);

        public void Dispose()
        {
            WasDisposedInUse = _users > 0;
            _isDisposed = true;
        }
    }
}
