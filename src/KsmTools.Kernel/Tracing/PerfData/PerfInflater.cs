using KsmTools.Tracing.TraceFiles;
using ZstdSharp;

namespace KsmTools.Tracing.PerfData;

/// <summary>
/// Records that <c>perf record -z</c> compressed: one Zstandard stream over all of a file's compressed records, each of which ends where what was
/// put in can be had again (tools/perf/util/zstd.c). A record inside may go over from one to the next.
/// </summary>
internal sealed class PerfInflater : PerfBytes, IDisposable
{
    private readonly Source _source = new();
    private readonly DecompressionStream _stream;

    public PerfInflater()
    {
        _stream = new DecompressionStream(_source, checkEndOfStream: false, leaveOpen: true);
    }

    /// <summary>The next compressed bytes; the ones before were read.</summary>
    public void Feed(ArraySegment<byte> packed) => _source.Bytes = packed;

    /// <exception cref="ZstdException">The data is damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count = _stream.Read(buffer);
        Position += count;
        return count;
    }

    public override long Skip(long count)
    {
        Span<byte> passed = stackalloc byte[512];
        long left = count;
        while (left > 0 && Read(passed[..(int)Math.Min(left, passed.Length)]) is > 0 and var read)
        {
            left -= read;
        }

        return count - left;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _source.Dispose();
    }

    private sealed class Source : ReadOnceStream
    {
        public ArraySegment<byte> Bytes { get; set; }

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, Bytes.Count);
            Bytes.AsSpan(0, count).CopyTo(buffer);
            Bytes = Bytes[count..];
            return count;
        }
    }
}
