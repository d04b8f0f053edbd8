using KsmTools.Errors;

namespace KsmTools.Tracing.PerfData;

/// <summary>Bytes that hold records one after the other.</summary>
internal abstract class PerfBytes
{
    /// <summary>Offset in the file of the next byte.</summary>
    public long Position { get; protected set; }

    /// <summary>Whether it is known beforehand where they end.</summary>
    public virtual bool IsSection => false;

    /// <summary>Whether a read may wait for somebody else.</summary>
    public virtual bool MayWait => false;

    /// <summary>Why there are no more although there should be.</summary>
    public virtual KsmToolsException? Failure => null;

    /// <summary>The next bytes; 0 where there are none, or none yet.</summary>
    public abstract int Read(Span<byte> buffer);

    /// <summary>Passes over bytes; gives how many there were.</summary>
    public abstract long Skip(long count);
}
