using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>What a reader takes as true about sizes, so that no file can make it use more memory than that.</summary>
internal static class RingBufferLimits
{
    /// <summary>CPU numbers are below this; NR_CPUS is at most 8192.</summary>
    public const int MaximumCpus = 65_536;

    /// <summary>The most CPUs of all buffers of a file together.</summary>
    public const int MaximumStreams = 1 << 20;

    // ring_buffer_subbuf_order_set refuses more than the write counter's 20 bits; this leaves room for kernels to come.
    private const int MaximumSubBufferSize = 16 << 20;

    private const int MaximumReadSize = 256 << 10;
    private const int AllReads = 8 << 20;

    public static bool IsSubBufferSize(long size, SubBufferHeader header) => size > header.DataOffset && size <= MaximumSubBufferSize;

    /// <summary>How much to read at once for each of some CPUs; one sub-buffer where that is more.</summary>
    public static int ReadSize(int cpus) => Math.Min(MaximumReadSize, AllReads / Math.Max(1, cpus));
}
