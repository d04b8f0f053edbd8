namespace KsmTools.Tracing.Sessions;

/// <summary>How a probe gets at a function's arguments: what a kernel takes of this differs by version and configuration.</summary>
/// <param name="Folio">The folio.</param>
/// <param name="Rwc">The <c>struct rmap_walk_control</c>.</param>
/// <param name="Locked">Whether the caller holds the lock.</param>
/// <param name="Mapping">The two lowest bits of <c>folio->mapping</c>, which are 3 for KSM, 1 for anon and 0 for file (include/linux/page-flags.h).</param>
internal sealed record ProbeArguments(string Folio, string Rwc, string Locked, string Mapping)
{
    /// <summary>By the names that BTF knows.</summary>
    public static ProbeArguments ByName { get; } = new("folio:x64", "rwc:x64", "locked:u8", "folio->mapping:b2@0/64");

    /// <summary>By their number; <c>mapping</c> follows a word of flags and a list head.</summary>
    public static ProbeArguments ByNumber { get; } = new("$arg1:x64", "$arg2:x64", "$arg3:u8", "+24($arg1):b2@0/64");

    /// <summary>The fetch arguments for a function, named as the native tracepoints' text has them.</summary>
    public string Of(WalkFunction function)
    {
        string type = function.PageType is { } known ? $"\\\"{EventFilter.Name(known)}\"" : Mapping;
        string locked = function.Locked ? Locked : function.Name == "rmap_walk_locked" ? "\\1:u8" : "\\0:u8";
        return $"folio={Folio} rwc={Rwc} page_type={type} locked={locked}";
    }
}
