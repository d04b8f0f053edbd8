using KsmTools.Records;

namespace KsmTools.Tracing.Sessions;

/// <summary>A kernel function that walks the mappings of a folio (mm/rmap.c, mm/ksm.c). Its first argument is the folio.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PageType">The page type whose mappings it walks; null for any.</param>
/// <param name="Rwc">Which argument the <c>struct rmap_walk_control</c> is; null where the compiler may have moved it.</param>
/// <param name="Locked">Whether the caller holds the lock: what says so.</param>
internal sealed record WalkFunction(string Name, RmapPageType? PageType, int? Rwc, WalkLock Locked)
{
    /// <summary>The functions that call those of a page type; the compiler makes them a part of their own callers in mm/rmap.c, so that many walks pass by them.</summary>
    public static IReadOnlyList<WalkFunction> Entrances { get; } =
        [new("rmap_walk", null, 2, WalkLock.NotHeld), new("rmap_walk_locked", null, 2, WalkLock.Held)];

    /// <summary>
    /// The functions that every walk of a page type goes through, the best first: a kernel may have several, or what another one has as a function may be part of
    /// its callers there. Since Linux 6.15 <c>rmap_walk_file</c> does no more than call <c>__rmap_walk_file</c>, which also walks a range of a file without
    /// any folio (<c>mapping_wrprotect_range</c>).
    /// </summary>
    public static IReadOnlyList<WalkFunction> Candidates(RmapPageType type) => type switch
    {
        RmapPageType.Ksm => [new("rmap_walk_ksm", type, 2, WalkLock.NotHeld)],
        RmapPageType.Anon => [new("rmap_walk_anon", type, 2, WalkLock.Argument(3))],
        RmapPageType.File => [new("__rmap_walk_file", type, 5, WalkLock.Argument(6)), new("rmap_walk_file", type, 2, WalkLock.Argument(3))],
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>
    /// The same function under a name that the compiler gave it. A clone for some callers (<c>.constprop.0</c>, <c>.isra.0</c>, <c>.part.0</c>) has lost those
    /// arguments that are the same for all of these or that nobody reads; the folio and what comes right after it are read by every walk.
    /// </summary>
    public WalkFunction Under(string symbol) => symbol == Name ? this
        : FunctionNames.KeepsArguments(symbol) ? this with { Name = symbol }
        : new(symbol, PageType, Rwc == 2 ? Rwc : null, Locked.Number is null ? Locked : WalkLock.Unknown);
}
