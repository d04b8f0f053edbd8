using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tracing;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Migration;

/// <summary>
/// Which mappings of a page the kernel's walk does not find. A page stays where it is as long as one mapping is left (<c>migrate_folio_unmap</c>, mm/migrate.c), and nothing shows
/// afterwards which: it is asked for once more, and a tracepoint tells every mapping that the walk comes to (<c>try_to_migrate_one</c>, mm/rmap.c).
/// </summary>
internal static class MissedMappings
{
    // A page has at most max_page_sharing mappings of each process, and the kernel tries it a few times.
    private const long BytesOfBuffer = 1L << 20;

    // As many as are worth naming.
    private const int MostNamed = 5;

    /// <summary>Moves a page once more, and says what the walk missed.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="page">All mappings of the page.</param>
    /// <param name="node">The node that it is to go to.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A sentence; null where the kernel does not come to a walk, or moves the page now.</returns>
    public static string? Explain(KernelTree kernel, IReadOnlyList<PageMapping> page, int node, ActingCommand command, CancellationToken cancellationToken)
    {
        var mover = new PageMover(kernel);
        try
        {
            var wanted = new RmapTraceRequest { Source = RmapTraceSource.MigrationPte, ProcessIds = [Environment.ProcessId] };
            using var trace = TemporarySession.Start(kernel, "migration", BytesOfBuffer, wanted, command);
            ITraceReader reader = trace.Open((session, reads) => SessionReaders.Entries(session, new SymbolTable(), reads));
            trace.Session.Switch(on: true);
            bool givesUp = mover.GivesUp(page[0].Id, page[0].Address, node);
            trace.Session.Switch(on: false);
            return givesUp ? Sentence(page, Found(reader, cancellationToken)) : null;
        }
        catch (KsmToolsException failure)
        {
            // The verdict is there without it.
            return Text.Format(Messages.MigrationMissedUnknown, failure.Message);
        }
    }

    /// <summary>What a walk missed, in words.</summary>
    /// <param name="page">All mappings of the page.</param>
    /// <param name="found">How often it came to an address: whose it was, the kernel does not say.</param>
    internal static string Sentence(IReadOnlyList<PageMapping> page, IReadOnlyDictionary<long, int> found)
    {
        ILookup<long, int> processes = page.ToLookup(mapping => mapping.Address, mapping => mapping.Id);
        var some = processes.Where(address => found.ContainsKey(address.Key) && found[address.Key] < address.Count()).ToList();
        string[] names =
        [
            .. Ranges([.. page.Where(mapping => !found.ContainsKey(mapping.Address)).OrderBy(mapping => mapping.Id).ThenBy(mapping => mapping.Address)]),
            .. some.Select(address => Text.Format(Messages.MigrationMissedSome, address.Key, address.Count() - found[address.Key], string.Join(", ", address.Order().Take(MostNamed)))),
        ];
        int missed = page.Count(mapping => !found.ContainsKey(mapping.Address)) + some.Sum(address => address.Count() - found[address.Key]);
        return missed == 0
            ? Text.Format(Messages.MigrationMissedNone, page.Count)
            : Text.Format(Messages.MigrationMissed, missed, page.Count, string.Join("; ", [.. names.Take(MostNamed), .. More(names.Length - MostNamed)]));
    }

    // What one walk comes to, by address. What it has taken away is put back before the next, which finds the same.
    private static Dictionary<long, int> Found(ITraceReader reader, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, int>();
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                if (record.Kind == TraceRecordKind.MapEntry)
                {
                    return found;
                }

                if (record.Kind == TraceRecordKind.UnmapEntry && record[MigrationEvents.Address] is { } address)
                {
                    found[(long)address] = found.GetValueOrDefault((long)address) + 1;
                }
            }
        }

        return found;
    }

    private static IEnumerable<string> More(int count) => count > 0 ? [Text.Format(Messages.MigrationMissedMore, count)] : [];

    // Mappings side by side are one range.
    private static IEnumerable<string> Ranges(PageMapping[] mappings)
    {
        for (int first = 0, next; first < mappings.Length; first = next)
        {
            next = first + 1;
            while (next < mappings.Length && mappings[next].Id == mappings[first].Id && mappings[next].Address == mappings[next - 1].Address + Environment.SystemPageSize)
            {
                next++;
            }

            yield return next - first == 1
                ? Text.Format(Messages.MigrationMissedOne, mappings[first].Address, mappings[first].Id)
                : Text.Format(Messages.MigrationMissedRange, mappings[first].Address, mappings[next - 1].Address, mappings[first].Id);
        }
    }
}
