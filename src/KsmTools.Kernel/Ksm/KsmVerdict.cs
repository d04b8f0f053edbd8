namespace KsmTools.Ksm;

/// <summary>What is the matter with KSM.</summary>
public enum KsmVerdict
{
    /// <summary>Pages are merged with their equals or with the zero page, and that pays.</summary>
    Merging,

    /// <summary><c>run</c> is 0.</summary>
    Stopped,

    /// <summary><c>run</c> is 2.</summary>
    Unmerged,

    /// <summary>Memory goes offline, and ksmd waits for that.</summary>
    WaitingForMemoryOffline,

    /// <summary>ksmd runs and knows no page: no process has offered memory.</summary>
    NothingMergeable,

    /// <summary>ksmd has not been through memory twice, and a page merges only when it was seen unchanged.</summary>
    FirstScans,

    /// <summary>Every page that stays still is unlike every other.</summary>
    NothingAlike,

    /// <summary>Most pages change between two scans.</summary>
    TooVolatile,

    /// <summary>A full scan takes hours at these settings, or never ends: <c>pages_to_scan</c> is 0.</summary>
    ScanTooSlow,

    /// <summary>The advisor would scan faster and is held back by its own limit.</summary>
    AdvisorLimited,

    /// <summary>ksmd's records cost more than merging saves.</summary>
    Unprofitable,

    /// <summary>
    /// Merged pages are written so fast that all of them would be copied within ten minutes. Found by a rate (<see cref="KsmStatusSample.CopiedOnWritePerSecond"/>), so never
    /// from one look at the counters.
    /// </summary>
    BeingUndone,
}
