using KsmTools.Errors;

namespace KsmTools.Migration;

/// <summary>Judges what was seen of pages. Each check says what was expected and what was seen, or null where that is the same.</summary>
internal static class MigrationCheck
{
    // As many mappings, or numbers of them, as are worth naming.
    private const int MostNamed = 5;

    /// <summary>Whether equal pages are merged.</summary>
    /// <param name="expected">What they must come to.</param>
    /// <param name="mappings">What they came to.</param>
    public static string? Merged(PageSharing expected, IReadOnlyCollection<PageMapping> mappings)
    {
        var seen = PageSharing.Of(mappings);
        return seen == expected ? null : Text.Format(Messages.MigrationNotMerged, mappings.Count, Owners(mappings), expected, seen, Spread(mappings));
    }

    /// <summary>Whether the kernel counts them as merged.</summary>
    /// <param name="id">The process.</param>
    /// <param name="pageCount">How many are.</param>
    /// <param name="counted"><c>ksm_merging_pages</c> of the process, which counts what else it has merged too; null where this kernel does not count.</param>
    public static string? Counted(int id, int pageCount, long? counted) =>
        counted < pageCount ? Text.Format(Messages.MigrationNotCounted, id, pageCount, counted) : null;

    /// <summary>Whether every page that went to another frame went with all its mappings.</summary>
    /// <param name="before">The mappings before.</param>
    /// <param name="after">The same mappings after.</param>
    /// <param name="migrated">How many pages did.</param>
    /// <param name="mappings">How many mappings they have.</param>
    public static string? Migrated(IReadOnlyList<PageMapping> before, IReadOnlyList<PageMapping> after, out int migrated, out int mappings)
    {
        migrated = 0;
        mappings = 0;
        PageMapping[] lost = [.. after.Where(mapping => mapping.Frame is null)];
        if (lost.Length > 0)
        {
            return Text.Format(Messages.MigrationLost, lost.Length, after.Count, Named(lost));
        }

        foreach (IGrouping<long?, (PageMapping Before, PageMapping After)> page in before.Zip(after).GroupBy(pair => pair.First.Frame))
        {
            PageMapping[] now = [.. page.Select(pair => pair.After)];
            if (now.DistinctBy(mapping => mapping.Frame).Skip(1).Any())
            {
                return Text.Format(Messages.MigrationSplit, now.Length, page.Key, Spread(now), now.Count(mapping => mapping.Frame == page.Key), Named(Missed(now, page.Key)));
            }

            bool moved = now[0].Frame != page.Key;
            migrated += moved ? 1 : 0;
            mappings += moved ? now.Length : 0;
        }

        return null;
    }

    /// <summary>Whether every page that left memory left it with all its mappings.</summary>
    /// <param name="before">The mappings before.</param>
    /// <param name="after">The same mappings after.</param>
    /// <param name="swapped">How many pages did.</param>
    /// <param name="mappings">How many mappings they have.</param>
    public static string? Swapped(IReadOnlyList<PageMapping> before, IReadOnlyList<PageMapping> after, out int swapped, out int mappings)
    {
        swapped = 0;
        mappings = 0;
        foreach (IGrouping<long?, (PageMapping Before, PageMapping After)> page in before.Zip(after).GroupBy(pair => pair.First.Frame))
        {
            PageMapping[] now = [.. page.Select(pair => pair.After)];
            PageMapping[] left = [.. now.Where(mapping => mapping.SwapPlace != now[0].SwapPlace || mapping.SwapPlace is null)];
            if (left.Length == 0)
            {
                swapped++;
                mappings += now.Length;
            }
            else if (now.Any(mapping => mapping.SwapPlace is not null))
            {
                PageMapping[] inMemory = [.. now.Where(mapping => mapping.SwapPlace is null)];
                return Text.Format(Messages.MigrationHalfSwapped, now.Length, page.Key, now.Length - inMemory.Length, Named(inMemory.Length > 0 ? inMemory : left));
            }
        }

        return null;
    }

    /// <summary>What is said of pages that all stayed where an ordinary one went.</summary>
    /// <param name="mappings">The mappings.</param>
    /// <param name="asked">How often the kernel was asked.</param>
    public static string NotSwapped(PageMapping[] mappings, int asked) => Text.Format(Messages.MigrationNotSwapped, mappings.Length, asked, Named(mappings));

    /// <summary>Whether every mapping has a page in memory again.</summary>
    /// <param name="mappings">The mappings.</param>
    public static string? BackInMemory(IReadOnlyList<PageMapping> mappings)
    {
        PageMapping[] lost = [.. mappings.Where(mapping => mapping.Frame is null)];
        return lost.Length == 0 ? null : Text.Format(Messages.MigrationNotBack, lost.Length, mappings.Count, Named(lost));
    }

    /// <summary>Whether all mappings are on a node.</summary>
    /// <param name="mappings">The mappings.</param>
    /// <param name="nodes">The node of each, or an errno negated.</param>
    /// <param name="node">The node.</param>
    /// <param name="cause">What move_pages(2) said, and how often it was asked.</param>
    public static string? OnNode(IReadOnlyList<PageMapping> mappings, IReadOnlyList<int> nodes, int node, string cause)
    {
        int[] elsewhere = [.. Enumerable.Range(0, mappings.Count).Where(index => nodes[index] != node)];
        return elsewhere.Length == 0
            ? null
            : Text.Format(
                Messages.MigrationNotOnNode, mappings.Count, node, mappings.Count - elsewhere.Length, mappings[elsewhere[0]].Address, mappings[elsewhere[0]].Id, nodes[elsewhere[0]], cause);
    }

    /// <summary>Whether contents are what they were.</summary>
    /// <param name="step">After which step.</param>
    /// <param name="mappings">The mappings.</param>
    /// <param name="holds">Whether the contents of one are.</param>
    public static string? Contents(KsmMigrationStep step, IReadOnlyList<PageMapping> mappings, Func<PageMapping, bool> holds)
    {
        PageMapping[] changed = [.. mappings.Where(mapping => !holds(mapping))];
        return changed.Length == 0 ? null : Text.Format(Messages.MigrationContents, step, changed.Length, mappings.Count, changed[0].Address, changed[0].Id);
    }

    // What the walk did not find is where it was; where nothing is, it is what went elsewhere than most.
    private static PageMapping[] Missed(IReadOnlyList<PageMapping> mappings, long? formerFrame)
    {
        long? most = mappings.GroupBy(mapping => mapping.Frame).MaxBy(frame => frame.Count())?.Key;
        PageMapping[] kept = [.. mappings.Where(mapping => mapping.Frame == formerFrame)];
        return kept.Length > 0 ? kept : [.. mappings.Where(mapping => mapping.Frame != most)];
    }

    private static string Named(PageMapping[] mappings) =>
        string.Join(", ", mappings.Take(MostNamed).Select(mapping => Text.Format(Messages.MigrationMapping, mapping.Address, mapping.Id))) + (mappings.Length > MostNamed ? ", ..." : string.Empty);

    private static string Owners(IReadOnlyCollection<PageMapping> mappings)
    {
        int processes = mappings.DistinctBy(mapping => mapping.Id).Count();
        return processes == 1
            ? Text.Format(Messages.MigrationOwner, mappings.First().Id)
            : Text.Format(Messages.MigrationOwners, processes, mappings.First().Id);
    }

    // "16" mappings of one page, or "15 + 1" of two.
    private static string Spread(IReadOnlyCollection<PageMapping> mappings)
    {
        int[] counts = [.. mappings.CountBy(mapping => mapping.Frame ?? -mapping.Address).Select(frame => frame.Value).OrderDescending()];
        return string.Join(" + ", counts.Take(MostNamed)) + (counts.Length > MostNamed ? " + ..." : string.Empty);
    }
}
