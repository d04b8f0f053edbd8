using KsmTools.Records;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>Pages that are known to be of one type, by their addresses. The events do not say whose addresses they have: another process's pages at the same addresses count, too.</summary>
/// <param name="Start">The address of the first page.</param>
/// <param name="End">The address behind the last.</param>
/// <param name="PageType">The type of all of them.</param>
internal sealed record PteRegion(long Start, long End, RmapPageType PageType)
{
    /// <summary>Whether an address is among them.</summary>
    public bool Has(ulong? address) => address >= (ulong)Start && address < (ulong)End;
}
