using KsmTools.Rmap;

namespace KsmTools.Tracing.Sessions;

/// <summary>A kernel function that walks the mappings of a folio (mm/rmap.c, mm/ksm.c). Its first two arguments are the folio and the <c>rwc</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PageType">The page type whose mappings it walks; null for any.</param>
/// <param name="Locked">Its third argument says whether the caller holds the lock; false where it never does.</param>
internal sealed record WalkFunction(string Name, RmapPageType? PageType, bool Locked)
{
    /// <summary>The functions that every walk goes through, by page type.</summary>
    public static IReadOnlyList<WalkFunction> ByPageType { get; } =
        [new("rmap_walk_ksm", RmapPageType.Ksm, false), new("rmap_walk_anon", RmapPageType.Anon, true), new("rmap_walk_file", RmapPageType.File, true)];

    /// <summary>The functions that call those; the compiler makes them a part of their own callers in mm/rmap.c, so that many walks pass by them.</summary>
    public static IReadOnlyList<WalkFunction> Entrances { get; } = [new("rmap_walk", null, false), new("rmap_walk_locked", null, false)];
}
