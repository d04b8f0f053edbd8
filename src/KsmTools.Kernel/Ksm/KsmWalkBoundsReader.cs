using KsmTools.Btf;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// Finds out which walk a kernel does: the bounded one searches the index that <c>struct ksm_rmap_item</c> keeps in a member, which the other has not. Distributions carry
/// changes back, so that a kernel's version says nothing.
/// </summary>
public static class KsmWalkBoundsReader
{
    private const string Index = "linear_page_index";

    // Without its prefix before Linux 6.1.
    private static readonly string[] Items = ["ksm_rmap_item", "rmap_item"];

    private static KsmWalkBounds _live;

    /// <summary>What a kernel does.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static KsmWalkBounds Read(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (!kernel.IsLive)
        {
            return Of(BtfTypes.Of(kernel));
        }

        // Megabytes, and the same as long as the kernel runs.
        return _live = _live == KsmWalkBounds.Unknown ? Of(BtfTypes.Of(kernel)) : _live;
    }

    private static KsmWalkBounds Of(BtfTypes? types) => Items.Select(name => types?.MembersOf(name)).FirstOrDefault(found => found is not null) is not { } members ? KsmWalkBounds.Unknown
        : members.Any(member => member.Name == Index) ? KsmWalkBounds.Bounded
        : KsmWalkBounds.Whole;
}
