using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>
/// The mappings that unmerging gives a page of its own, process by process. <c>break_ksm</c> goes by page tables (mm/ksm.c, <c>unmerge_and_remove_all_rmap_items</c>), so the counters of
/// a process do not say: they count what ksmd placed. What fork(2) copies is in no counter until ksmd comes by (since 6.18, before which the counters were copied, too), and what was
/// written to is in them until then.
/// </summary>
internal sealed class KsmMappings
{
    private readonly KernelTree _kernel;
    private readonly KsmProcessReader _reader;
    private readonly KsmZeroPages? _zeroPages;

    private KsmMappings(KernelTree kernel, bool hasZeroPages)
    {
        _kernel = kernel;
        _reader = new KsmProcessReader(kernel);
        _zeroPages = hasZeroPages ? new KsmZeroPages(kernel) : null;
    }

    /// <summary>A process that has such mappings, and how many.</summary>
    public readonly record struct Holder(int Id, long Pages);

    /// <summary>
    /// All processes that have some, each memory once. A kernel that says nothing of single processes has none, and one that ends meanwhile needs nothing. Page tables are looked at of
    /// those alone which ksmd has placed pages in, or whose memory may be a copy of such memory and may still be merged.
    /// </summary>
    /// <param name="kernel">The kernel's files.</param>
    public static IReadOnlyList<Holder> Of(KernelTree kernel)
    {
        // A fork that ends takes the zero pages that it had copied from the sum of all, which may say anything then, 0 as well.
        bool hasZeroPages = kernel.ReadInt64(KsmFiles.ZeroPages) is not (null or 0) || kernel.ReadText(KsmKnob.UseZeroPages.Path) == "1";
        var mappings = new KsmMappings(kernel, hasZeroPages);
        var memory = new SameMemory(kernel);
        var holders = new List<Holder>();
        foreach (int id in ProcessIds.TryList(kernel, out int[] ids) == Errno.None ? ids : [])
        {
            if (mappings.Count(id) is > 0 and var pages && memory.Add(id))
            {
                holders.Add(new Holder(id, pages));
            }
        }

        return holders;
    }

    private long Count(int id)
    {
        if (_reader.TryRead(id, out KsmProcess? process) != Errno.None || process is not { Mergeable: not false } || !process.HasMemory())
        {
            return 0;
        }

        // What has executed a program since it was forked has copied nothing.
        bool mayBeCopy = ProcessStat.Read(_kernel, id)?.MayBeCopy ?? true;
        if (!mayBeCopy && process is not ({ MergingPages: > 0 } or { ZeroPages: > 0 }))
        {
            return 0;
        }

        long zeroPages = Math.Max(process.ZeroPages ?? 0, mayBeCopy ? _zeroPages?.CountAtMost(id) ?? 0 : 0);
        return (Mapped(_kernel, id) ?? process.MergingPages ?? 0) + Math.Max(zeroPages, 0);
    }

    /// <summary>Mappings of KSM pages that a process has by its page tables, without zero pages; null before Linux 6.7, which does not say.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    public static long? Mapped(KernelTree kernel, int id) => KibibyteLine.Find(kernel, ProcessMemory.PathOf(kernel, id, "smaps_rollup"), "KSM:") / PageSize.Of(kernel);
}
