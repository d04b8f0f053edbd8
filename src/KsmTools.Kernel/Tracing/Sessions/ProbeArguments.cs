using System.Globalization;

namespace KsmTools.Tracing.Sessions;

/// <summary>How a probe gets at a function's arguments: what a kernel takes of this differs by version and configuration.</summary>
internal abstract class ProbeArguments
{
    /// <summary>By the names that BTF knows.</summary>
    public static ProbeArguments ByName { get; } = new Named();

    /// <summary>By their number.</summary>
    public static ProbeArguments ByNumber { get; } = new Numbered();

    /// <summary>The two lowest bits of the folio's <c>mapping</c>, which are 3 for KSM, 1 for anon and 0 for file (include/linux/page-flags.h).</summary>
    protected abstract string Mapping { get; }

    /// <summary>
    /// The fetch arguments for each function, named as the native tracepoints' text has them: probes of one event need the same names and types. A page type is a
    /// string where every function has one; else it is <c>folio->mapping</c>'s bits, and where only some have one, <c>entrance</c> tells these apart. Whether the lock is
    /// held is left out where it cannot be known of every function.
    /// </summary>
    public IReadOnlyList<(WalkFunction Function, string Fetch)> Of(IReadOnlyList<WalkFunction> functions)
    {
        bool hasBits = functions.Any(function => function.PageType is null);
        bool isMixed = hasBits && functions.Any(function => function.PageType is not null);
        bool hasLocked = functions.All(function => Locked(function) is not null);
        return [.. functions.Select(function => (function, string.Join(' ', Fetch(function, hasBits, isMixed, hasLocked))))];
    }

    /// <summary>The folio.</summary>
    protected abstract string Folio { get; }

    /// <summary>The <c>struct rmap_walk_control</c>; 0 where it cannot be had.</summary>
    protected abstract string Rwc(WalkFunction function);

    /// <summary>The argument that says whether the caller holds the lock; null where it cannot be had.</summary>
    protected abstract string? LockedArgument(WalkFunction function);

    private string? Locked(WalkFunction function) => function.Locked.IsHeld is { } held ? (held ? "\\1:u8" : "\\0:u8") : LockedArgument(function);

    private IEnumerable<string> Fetch(WalkFunction function, bool hasBits, bool isMixed, bool hasLocked)
    {
        yield return $"folio={Folio}";
        yield return $"rwc={Rwc(function)}";

        // A constant of the type that a bit-field of a 64-bit word has (kernel/trace/trace_probe.c, find_fetch_type).
        yield return "page_type=" + (function.PageType is not { } type ? Mapping : hasBits ? $"\\{EventFilter.Bits(type)}:u64" : $"\\\"{EventFilter.Name(type)}\"");
        if (hasLocked)
        {
            yield return $"locked={Locked(function)}";
        }

        if (isMixed)
        {
            yield return $"{EventFilter.EntranceField}=\\{(function.PageType is null ? 1 : 0)}:u8";
        }
    }

    private sealed class Named : ProbeArguments
    {
        protected override string Mapping => "folio->mapping:b2@0/64";

        protected override string Folio => "folio:x64";

        protected override string Rwc(WalkFunction function) => "rwc:x64";

        protected override string? LockedArgument(WalkFunction function) => "locked:u8";
    }

    private sealed class Numbered : ProbeArguments
    {
        // mapping follows a word of flags and a list head.
        protected override string Mapping => "+24($arg1):b2@0/64";

        protected override string Folio => "$arg1:x64";

        protected override string Rwc(WalkFunction function) => function.Rwc is { } number ? Argument(number, "x64") : "\\0:x64";

        protected override string? LockedArgument(WalkFunction function) => function.Locked.Number is { } number ? Argument(number, "u8") : null;

        private static string Argument(int number, string type) => string.Create(CultureInfo.InvariantCulture, $"$arg{number}:{type}");
    }
}
