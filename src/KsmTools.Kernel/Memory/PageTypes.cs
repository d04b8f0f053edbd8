using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Records;

namespace KsmTools.Memory;

/// <summary>
/// Tells what pages of a process are to reverse mapping. Where the KSM flag says nothing, a page is merged if its process has it at two addresses, or if all anonymous
/// pages of its mapping are; and none is where the process has no merged page at all.
/// </summary>
internal sealed class PageTypes(KernelTree kernel, int id, long first, long last)
{
    private readonly bool _trustsFlag = KsmFlagTrust.Of(kernel);
    private readonly Lazy<KsmProcess?> _process = new(() => new KsmProcessReader(kernel).TryRead(id, out KsmProcess? process) == Errno.None ? process : null);
    private readonly Lazy<MergedMappings> _mappings = new(() => MergedMappings.Read(kernel, id, first, last));

    /// <summary>The type of a page.</summary>
    /// <param name="entry">Its entry in pagemap.</param>
    /// <param name="flags">What kpageflags says, where it can be read.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="isRepeated">Whether the process has the same page elsewhere, too.</param>
    /// <returns>The type, or null where it cannot be told.</returns>
    public RmapPageType? Of(PagemapEntry entry, PageFlags? flags, long address, bool isRepeated)
    {
        if (!entry.IsPresent || flags is { } known && (known & (PageFlags.ZeroPage | PageFlags.NoPage)) != 0)
        {
            return null;
        }

        if (flags is { } of ? (of & PageFlags.Anon) == 0 : entry.IsFile)
        {
            return RmapPageType.File;
        }

        if (flags is { } bits && ((bits & PageFlags.Ksm) == 0 || _trustsFlag))
        {
            return (bits & PageFlags.Ksm) == 0 ? RmapPageType.Anon : RmapPageType.Ksm;
        }

        bool? merged = _process.Value?.MergingPages == 0 ? false
            : isRepeated ? true
            : _process.Value?.ZeroPages > 0 ? null // The zero pages that KSM made count as merged there.
            : _mappings.Value.AreMerged(address);
        return merged is { } isMerged ? isMerged ? RmapPageType.Ksm : RmapPageType.Anon : null;
    }
}
