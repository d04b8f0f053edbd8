using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>The CPUs of a buffer, or of all buffers of a file, and what there is to say of them together.</summary>
/// <param name="streams">The CPUs; disposed with this.</param>
internal sealed class CpuStreams(IReadOnlyList<CpuStream> streams) : IDisposable
{
    public IReadOnlyList<CpuStream> All => streams;

    /// <summary>Bytes that were read.</summary>
    public long BytesRead => streams.Sum(stream => stream.Source.BytesRead);

    /// <summary>The kinds of records so far, a bit each.</summary>
    public uint Kinds => streams.Aggregate(0u, (kinds, stream) => kinds | stream.Decoder.Kinds);

    /// <summary>Events so far that are not wanted.</summary>
    public long OtherEvents => streams.Sum(stream => stream.Decoder.OtherEvents);

    /// <summary>Wanted events so far that cannot be read.</summary>
    public long UnreadableEvents => streams.Sum(stream => stream.Decoder.UnreadableEvents);

    /// <summary>The first of them.</summary>
    public string? FirstUnreadableEvent => streams.Select(stream => stream.Decoder.FirstUnreadableEvent).FirstOrDefault(name => name is not null);

    /// <summary>Why one is not read any more.</summary>
    public KsmToolsException? Failure => streams.Select(stream => stream.Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>What makes the marks of lost events exact, once all is read.</summary>
    public TraceRecord[] Corrections() => [.. streams.Select(stream => stream.Correction).OfType<TraceRecord>()];

    public void Dispose()
    {
        foreach (CpuStream stream in streams)
        {
            stream.Dispose();
        }
    }
}
