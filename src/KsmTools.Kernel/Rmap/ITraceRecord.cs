namespace KsmTools.Rmap;

/// <summary>What is decoded from an event of a trace; a struct that is filled and filled again.</summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
internal interface ITraceRecord<TSelf>
    where TSelf : struct, ITraceRecord<TSelf>
{
    /// <summary>The trace clock's time.</summary>
    long Timestamp { get; set; }

    /// <summary>A mark that events were lost here.</summary>
    /// <param name="cpu">The CPU whose buffer lost them.</param>
    /// <param name="count">How many, or 0 where that is not known.</param>
    static abstract TSelf Lost(int cpu, long count);
}
