using System.Runtime.InteropServices;
using KsmTools.Records;

namespace KsmTools.Memory;

/// <summary>
/// What a region's pages hold. KSM pages are all alike within a region and, by a random word, unlike those of any other region: merging
/// a region then gives the same counters whatever else is merged on the machine. Other pages all differ, so that nobody merges them.
/// </summary>
internal sealed class PageContent
{
    private readonly ulong[] _words = new ulong[Environment.SystemPageSize / sizeof(ulong)];
    private readonly bool _alike;

    public PageContent(RmapPageType pageType)
    {
        _alike = pageType == RmapPageType.Ksm;

        // Never zero: use_zero_pages would send such pages to the zero page instead of merging them.
        Array.Fill(_words, (ulong)Random.Shared.NextInt64() | 1);
    }

    /// <summary>The bytes of one page, valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(int page)
    {
        if (!_alike)
        {
            _words[0] = (ulong)page;
        }

        return MemoryMarshal.AsBytes<ulong>(_words);
    }
}
