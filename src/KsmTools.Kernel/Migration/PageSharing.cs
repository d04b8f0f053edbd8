using KsmTools.Errors;

namespace KsmTools.Migration;

/// <summary>How far pages are merged, in the kernel's terms.</summary>
/// <param name="Shared">Physical pages.</param>
/// <param name="Sharing">Mappings beyond the first of each.</param>
internal readonly record struct PageSharing(long Shared, long Sharing)
{
    /// <summary>What equal pages come to when all are merged that can be.</summary>
    /// <param name="pageCount">How many there are.</param>
    /// <param name="maxPageSharing">The most mappings of one page (<c>max_page_sharing</c>); null where there is no limit.</param>
    public static PageSharing Expect(long pageCount, uint? maxPageSharing)
    {
        long shared = maxPageSharing is { } most ? (pageCount + most - 1) / most : 1;
        return new PageSharing(shared, pageCount - shared);
    }

    /// <summary>What mappings show: those of a frame share a page. One without a page shares nothing.</summary>
    public static PageSharing Of(IReadOnlyCollection<PageMapping> mappings)
    {
        int shared = mappings.Select(mapping => mapping.Frame).OfType<long>().Distinct().Count() + mappings.Count(mapping => mapping.Frame is null);
        return new PageSharing(shared, mappings.Count - shared);
    }

    public static PageSharing operator +(PageSharing left, PageSharing right) => new(left.Shared + right.Shared, left.Sharing + right.Sharing);

    public override string ToString() => Text.Format(Messages.MigrationSharing, Shared, Sharing);
}
