using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>
/// Tells walks that were made of a migration's page-table entries: they took at least as long as they say. Their function is the tracepoint inside the
/// walk (include/trace/events/migrate.h).
/// </summary>
internal readonly struct ApproximateWalks
{
    /// <summary>The tracepoint in the walk that unmaps a page.</summary>
    public const string Unmap = "set_migration_pte";

    /// <summary>The tracepoint in the walk that maps it again.</summary>
    public const string Map = "remove_migration_pte";

    private readonly int _unmap;
    private readonly int _map;

    /// <param name="symbols">The table whose numbers records have.</param>
    public ApproximateWalks(SymbolTable symbols)
    {
        _unmap = symbols.Intern(Unmap);
        _map = symbols.Intern(Map);
    }

    /// <summary>Whether a walk, or its start or end, is one of them.</summary>
    /// <param name="record">Its start or end.</param>
    public bool Has(in TraceRecord record) => record.Function != 0 && (record.Function == _unmap || record.Function == _map);
}
