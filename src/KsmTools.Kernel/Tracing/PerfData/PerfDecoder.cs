using KsmTools.Rmap;

namespace KsmTools.Tracing.PerfData;

/// <summary>Takes records and puts what matters of them into the queue, or in effect at once where it has no time.</summary>
internal abstract class PerfDecoder(string path, SymbolTable symbols)
{
    public PerfAttributes Attributes { get; } = new(path);

    public PerfQueue Queue { get; } = new();

    public PerfThreads Threads { get; } = new(symbols);

    /// <summary>rmap events so far whose format says too little, or that were recorded without their fields.</summary>
    public long UnreadableEvents { get; protected set; }

    /// <summary>The name of the first of them.</summary>
    public string? FirstUnreadableEvent { get; protected set; }

    protected string Path => path;

    public SymbolTable Symbols => symbols;

    public abstract bool IsBigEndian { get; }

    /// <summary>Takes an attribute, with the ids after it where it is a record of its own.</summary>
    /// <returns>Its length; 0 if it makes no sense.</returns>
    public abstract int AddAttribute(ReadOnlySpan<byte> bytes, bool withIds);

    /// <summary>Takes an attribute's ids.</summary>
    public abstract void AddIds(ReadOnlySpan<byte> bytes);

    /// <summary>Takes what the recording says about its events.</summary>
    public abstract void SetTracingData(PerfTracingData data);

    /// <summary>A number of 32 bits of a record.</summary>
    public abstract uint UInt32(ReadOnlySpan<byte> record, int offset);

    /// <summary>A number of 64 bits of a record.</summary>
    public abstract ulong UInt64(ReadOnlySpan<byte> record, int offset);

    /// <summary>Takes a sample, a thread's name, a new thread, or a mark that something was lost; other records are passed over.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="misc">Its flags.</param>
    /// <param name="record">All of it.</param>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public abstract string? Decode(uint type, ushort misc, ReadOnlySpan<byte> record);
}
