using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Memory.Triggers;

/// <summary>
/// Whether there is a page to walk, asked before any trigger is: some of them work on all memory, would not miss the page, and would have changed where the others are.
/// </summary>
internal static class WalkedPage
{
    /// <summary>Checks the first page of a target.</summary>
    /// <param name="target">The target.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.PageNotFound"/>: nothing is there, or nothing that a reverse mapping knows.</exception>
    public static void Require(TriggerTarget target)
    {
        if (Remark(target) is { } remark)
        {
            throw new KsmToolsException(ErrorReason.PageNotFound, target.First.Address, Text.Format(remark, target.Id, target.First.Address), Messages.PageAbsentAction);
        }
    }

    private static string? Remark(TriggerTarget target)
    {
        ProcessPage page = target.First;
        if (page.Flags is { } flags && (flags & PageFlags.ZeroPage) != 0)
        {
            return Messages.PageIsZeroPage;
        }

        // Pages of the kernel's own mappings (install_special_mapping, mm/mmap.c) are on no list and in no address_space; ordinary ones can be on none for a moment only.
        bool mayBeSpecial = page.PageType == RmapPageType.File && (page.Flags is not { } known || (known & PageFlags.Lru) == 0);
        if (page.Present && !mayBeSpecial)
        {
            return null;
        }

        IReadOnlyList<ProcessVma> vmas = VmasOf(target);
        ulong address = (ulong)page.Address;
        ProcessVma? vma = vmas.Where(one => one.Start <= address && address < one.End).Select(one => (ProcessVma?)one).FirstOrDefault();
        return vma is { IsOfProcess: false } ? Messages.PageIsSpecial
            : page.Present ? null
            : vmas.Count == 0 ? Messages.PageOfNoMemory
            : vma is null ? Messages.PageNotMapped
            : page.Swapped ? Messages.PageInSwap
            : vma is { IsReadable: false } ? Messages.PageWithoutAccess
            : Messages.PageNotTouched;
    }

    // The file of a kernel thread is there and does not open (ESRCH); that its pagemap opened is known.
    private static IReadOnlyList<ProcessVma> VmasOf(TriggerTarget target)
    {
        try
        {
            return ProcessVmas.Read(target.Kernel, target.Id, CancellationToken.None);
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.ProcessNotFound)
        {
            return [];
        }
    }
}
