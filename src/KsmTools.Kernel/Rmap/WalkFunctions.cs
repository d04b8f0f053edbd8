using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>The kernel's functions that walk mappings (mm/rmap.c, mm/ksm.c), by their names.</summary>
internal static class WalkFunctions
{
    /// <summary>The page type whose mappings a function walks; null if it does not say. Compilers put suffixes behind a name.</summary>
    /// <param name="function">The function's name.</param>
    public static RmapPageType? TypeOf(ReadOnlySpan<byte> function) =>
        function.StartsWith("rmap_walk_ksm"u8) ? RmapPageType.Ksm
        : function.StartsWith("rmap_walk_anon"u8) ? RmapPageType.Anon
        : function.StartsWith("rmap_walk_file"u8) || function.StartsWith("__rmap_walk_file"u8) ? RmapPageType.File
        : null;
}
