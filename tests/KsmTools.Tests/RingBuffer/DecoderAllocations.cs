using KsmTools.Records;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.RingBuffer;

/// <summary>What a decoder allocates.</summary>
internal static class DecoderAllocations
{
    /// <summary>Fails unless a sub-buffer has so many records, and reading it again and again allocates nothing.</summary>
    public static void AssertNone(SubBufferDecoder decoder, byte[] page, int records)
    {
        var room = new TraceRecord[16];
        Assert.Equal(records, Read());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Read();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        int Read()
        {
            int count = 0;
            decoder.Start(page, isCut: false);
            while (!decoder.IsDone)
            {
                count += decoder.Decode(page, room);
            }

            return count;
        }
    }
}
