namespace KsmTools.Tuning;

/// <summary>What KSM is tuned for.</summary>
public enum KsmPolicy
{
    /// <summary>A full scan in a given time with a given share of a CPU: the kernel's own advisor does it (Linux 6.8).</summary>
    ScanTime,

    /// <summary>Scan while memory is short, as ksmtuned does: faster with every step, slower afterwards, and then not at all.</summary>
    MemoryPressure,

    /// <summary>The largest <c>max_page_sharing</c> with which rmap walks of KSM pages stay within a budget, by measuring them.</summary>
    WalkLatency,
}
