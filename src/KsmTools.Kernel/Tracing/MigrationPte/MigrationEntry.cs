using System.Runtime.InteropServices;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>
/// Which folio a page-table entry of a migration tracepoint is about. <c>set_migration_pte</c> has the swap entry that holds the old page's
/// frame number, <c>remove_migration_pte</c> the entry that maps the new page.
/// </summary>
internal static class MigrationEntry
{
    // A frame number in a migration entry is as wide as physical addresses are (SWP_PFN_BITS in include/linux/swapops.h: 34 on x86-64 with four
    // levels of page tables, 36 on arm64); the bits above say whether the page was young or dirty, which may differ from entry to entry.
    private const ulong Frame = (1UL << 34) - 1;

    /// <summary>The part of an entry that is the same for every mapping of a page.</summary>
    /// <param name="entry">The entry, as the tracepoint has it.</param>
    /// <param name="isPresent">Whether it maps a page, or is a migration's.</param>
    /// <param name="architecture">The traced machine's architecture.</param>
    public static ulong PageOf(ulong entry, bool isPresent, Architecture architecture) => (architecture, isPresent) switch
    {
        // arch/x86/include/asm/pgtable_64.h: the offset of a swap entry is stored inverted from bit 9 on.
        (Architecture.X64, false) => (~entry >> 9) & Frame,
        (Architecture.X64, true) => (entry >> 12) & Frame,

        // arch/arm64/include/asm/pgtable.h: __SWP_OFFSET_SHIFT is 8, or 12 behind the type since 6.11: bits of the type and 30 of the frame still tell pages apart.
        (Architecture.Arm64, false) => (entry >> 8) & Frame,
        (Architecture.Arm64, true) => (entry >> 12) & Frame,
        _ => entry,
    };
}
