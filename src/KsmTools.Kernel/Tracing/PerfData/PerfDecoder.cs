using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.PerfData;

/// <summary>Takes records and puts what matters of them into the queue, or in effect at once where it has no time.</summary>
internal abstract class PerfDecoder(string path, WantedEvents wanted, SymbolTable symbols)
{
    public PerfAttributes Attributes { get; } = new(path);

    public PerfQueue Queue { get; } = new();

    /// <summary>The events that are wanted.</summary>
    public WantedEvents Wanted => wanted;

    public PerfThreads Threads { get; } = new(symbols);

    /// <summary>Wanted events so far whose format says too little, or that were recorded without their fields.</summary>
    public long UnreadableEvents { get; protected set; }

    /// <summary>The name of the first of them.</summary>
    public string? FirstUnreadableEvent { get; protected set; }

    /// <summary>Samples so far of events that are not wanted.</summary>
    public long OtherEvents { get; protected set; }

    /// <summary>How many CPUs were recorded; 0 where that is not known yet.</summary>
    public int CpuCount { get; protected set; }

    /// <summary>The kinds of records so far, a bit each.</summary>
    public uint Kinds { get; protected set; }

    protected string Path => path;

    public SymbolTable Symbols => symbols;

    /// <summary>The recording machine's byte order.</summary>
    public abstract ByteOrder Order { get; }

    /// <summary>Takes an attribute, with the ids after it where it is a record of its own.</summary>
    /// <returns>Its length; 0 if it makes no sense.</returns>
    public abstract int AddAttribute(ReadOnlySpan<byte> bytes, bool withIds);

    /// <summary>Takes an attribute's ids.</summary>
    public abstract void AddIds(ReadOnlySpan<byte> bytes);

    /// <summary>Takes what the recording says about its events.</summary>
    public abstract void SetTracingData(PerfTracingData data);

    /// <summary>Takes a sample, a thread's name, a new thread, or a mark that something was lost; other records are passed over.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="misc">Its flags.</param>
    /// <param name="record">All of it.</param>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public abstract string? Decode(uint type, ushort misc, ReadOnlySpan<byte> record);

    /// <summary>There are no more records.</summary>
    public abstract void End();
}
