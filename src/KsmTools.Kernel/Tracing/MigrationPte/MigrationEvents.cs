using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>The migration tracepoints that fire inside a walk, once for every page-table entry (include/trace/events/migrate.h).</summary>
internal static class MigrationEvents
{
    /// <summary>The unmapping walk's, which <c>try_to_migrate</c> asks for.</summary>
    public const string Set = Rmap.ApproximateWalks.Unmap;

    /// <summary>The walk's that maps the new page, which <c>remove_migration_ptes</c> asks for.</summary>
    public const string Remove = Rmap.ApproximateWalks.Map;

    /// <summary>The kind of <see cref="Set"/> in records.</summary>
    public const int SetKind = 0;

    /// <summary>The kind of <see cref="Remove"/> in records.</summary>
    public const int RemoveKind = 1;

    /// <summary>The entry's place among a record's numbers.</summary>
    public const int Entry = 0;

    /// <summary>The place of the address that the entry is for.</summary>
    public const int Address = 1;

    /// <summary>What is wanted of them.</summary>
    public static IReadOnlyList<WantedEvent> Wanted { get; } = [new(SetKind, Set, "pte", "addr"), new(RemoveKind, Remove, "pte", "addr")];
}
