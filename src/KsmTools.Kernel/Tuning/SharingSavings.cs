namespace KsmTools.Tuning;

/// <summary>
/// What merging saves with another <c>max_page_sharing</c>. A content with k mappings takes k/m pages, rounded up. How the mappings are spread over contents the kernel
/// does not say, only their number, and which pages belong together (<c>stable_node_chains</c>, <c>stable_node_dups</c>): that bounds the pages from both sides.
/// </summary>
/// <param name="Shared">KSM pages (<c>pages_shared</c>).</param>
/// <param name="Sharing">Further mappings (<c>pages_sharing</c>).</param>
/// <param name="Chains">Contents with several pages.</param>
/// <param name="Dups">The pages of these.</param>
internal readonly record struct SharingSavings(long Shared, long Sharing, long Chains, long Dups)
{
    /// <summary>The pages that may be needed at most.</summary>
    /// <param name="sharing">The value of <c>max_page_sharing</c>.</param>
    public long MostPages(uint sharing)
    {
        long contents = Math.Max(0, Shared - Dups + Chains);
        Int128 most = (Mappings + ((Int128)contents * (sharing - 1))) / sharing;
        return (long)Int128.Clamp(most, Int128.Min(LeastPages(sharing), Mappings), Mappings);
    }

    /// <summary>The pages that are needed at least.</summary>
    /// <param name="sharing">The value of <c>max_page_sharing</c>.</param>
    public long LeastPages(uint sharing) => (long)Int128.Max((Mappings + sharing - 1) / sharing, Math.Max(0, Shared - Dups + Chains));

    /// <summary>The mappings that are saved at least.</summary>
    /// <param name="sharing">The value of <c>max_page_sharing</c>.</param>
    public long LeastSaved(uint sharing) => (long)(Mappings - MostPages(sharing));

    /// <summary>The mappings that are saved at most.</summary>
    /// <param name="sharing">The value of <c>max_page_sharing</c>.</param>
    public long MostSaved(uint sharing) => (long)(Mappings - LeastPages(sharing));

    private Int128 Mappings => (Int128)Shared + Sharing;
}
