namespace KsmTools.Tracing.RingBuffer;

/// <summary>Turns the ring buffer's time into what is shown, where a trace says how.</summary>
internal interface ITimeConversion
{
    /// <summary>The time that is shown.</summary>
    /// <param name="time">The ring buffer's time.</param>
    /// <param name="cpu">The CPU that took it.</param>
    Int128 Convert(ulong time, int cpu);
}
