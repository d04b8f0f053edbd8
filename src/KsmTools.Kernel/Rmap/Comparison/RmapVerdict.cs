namespace KsmTools.Rmap.Comparison;

/// <summary>What a comparison shows.</summary>
public enum RmapVerdict
{
    /// <summary>The walks at hand do not show a difference. There may be one that is smaller than the interval is wide.</summary>
    NoDifferenceShown = 0,

    /// <summary>The whole interval lies below the reference.</summary>
    Faster = 1,

    /// <summary>The whole interval lies above the reference.</summary>
    Slower = 2,

    /// <summary>Of several metrics that decide, one is faster and another slower.</summary>
    Mixed = 3,

    /// <summary>The group has walks on one side only, or the two sides were measured by clocks of different units.</summary>
    NotComparable = 4,
}
