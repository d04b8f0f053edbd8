using KsmTools.Records;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// Reads the wanted events of one CPU's sub-buffers, one sub-buffer after the other and each a few events at a time, so that memory does not
/// depend on a sub-buffer's size. It looks at nothing outside the span it is given.
/// </summary>
internal abstract class SubBufferDecoder
{
    /// <summary>What is wrong with the sub-buffer; nothing more is read from it.</summary>
    public SubBufferFault Fault { get; protected set; }

    /// <summary>Where in the sub-buffer the fault is.</summary>
    public int FaultOffset { get; protected set; }

    /// <summary>Whether the sub-buffer is read to its end, or to its fault.</summary>
    public bool IsDone { get; protected set; } = true;

    /// <summary>Wanted events so far whose format says too little to make a record of them.</summary>
    public long UnreadableEvents { get; protected set; }

    /// <summary>The name of the first of them.</summary>
    public string? FirstUnreadableEvent { get; protected set; }

    /// <summary>The time of the last event that was looked at, wanted or not, as the ring buffer has it.</summary>
    public abstract long LastTime { get; }

    /// <summary>Events so far that nobody wants.</summary>
    public long OtherEvents { get; protected set; }

    /// <summary>The kinds of records so far, a bit each.</summary>
    public abstract uint Kinds { get; }

    /// <summary>Events that were lost, by the marks so far.</summary>
    public LostTally Lost { get; protected set; }

    /// <summary>How many marks.</summary>
    public int Marks { get; protected set; }

    /// <summary>Whether events were lost before this sub-buffer.</summary>
    public abstract bool HasLoss { get; }

    /// <summary>How many, as its mark says; 1 where it does not say.</summary>
    public abstract long LossOfMark { get; }

    /// <summary>Says how many were lost before this sub-buffer.</summary>
    /// <param name="events">Events; 0 or less where marks before have counted them.</param>
    public abstract void CountLoss(long events);

    /// <summary>Begins a sub-buffer.</summary>
    /// <param name="page">Its bytes.</param>
    /// <param name="isCut">Whether the file ends in the middle of it, so that its commit word may rightly say more than there is.</param>
    public abstract void Start(ReadOnlySpan<byte> page, bool isCut);

    /// <summary>Reads on.</summary>
    /// <param name="page">The same bytes.</param>
    /// <param name="records">Filled from the start.</param>
    /// <returns>How many records were filled; 0 only once <see cref="IsDone"/>.</returns>
    public abstract int Decode(ReadOnlySpan<byte> page, Span<TraceRecord> records);
}
