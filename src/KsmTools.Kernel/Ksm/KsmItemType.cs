using KsmTools.Btf;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>What a kernel says itself of <c>struct ksm_rmap_item</c>, which ksmd keeps for every page it knows (mm/ksm.c).</summary>
/// <param name="Bounds">Which walk it is made for.</param>
/// <param name="Size">Its bytes; null where the kernel does not say.</param>
internal sealed record KsmItemType(KsmWalkBounds Bounds, int? Size)
{
    // The bounded walk searches the index that an item keeps.
    private const string Index = "linear_page_index";

    // Without its prefix before Linux 6.1.
    private static readonly string[] Names = ["ksm_rmap_item", "rmap_item"];

    private static readonly KsmItemType Unknown = new(KsmWalkBounds.Unknown, null);

    private static KsmItemType? _live;

    /// <summary>Reads it. Of the running kernel that is done once: these are megabytes, and the same as long as it runs.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static KsmItemType Of(KernelTree kernel)
    {
        if (!kernel.IsLive)
        {
            return Of(BtfTypes.Of(kernel));
        }

        KsmItemType found = _live ?? Of(BtfTypes.Of(kernel));
        _live = found.Bounds == KsmWalkBounds.Unknown ? null : found;
        return found;
    }

    private static KsmItemType Of(BtfTypes? types)
    {
        foreach (string name in Names)
        {
            if (types?.MembersOf(name) is { } members)
            {
                return new(members.Any(member => member.Name == Index) ? KsmWalkBounds.Bounded : KsmWalkBounds.Whole, types.SizeOf(name));
            }
        }

        return Unknown;
    }
}
