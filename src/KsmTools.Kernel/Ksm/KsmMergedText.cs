using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>
/// What is merged, in words. Only ksmd takes mappings off <c>pages_shared</c> and <c>pages_sharing</c>, when it passes where they were (<c>remove_rmap_item_from_tree</c>,
/// mm/ksm.c): what was written, unmapped or ended since its last scan is in them, for as long as it stands still. The count of zero pages falls with each that goes
/// (<c>ksm_might_unmap_zero_page</c>).
/// </summary>
internal static class KsmMergedText
{
    /// <summary>What is known while ksmd scans on.</summary>
    public static string Known(KsmReadings status) =>
        status.ZeroPages == 0 ? Text.Format(Messages.MergedMappings, status.Merged)
        : status.Merged == 0 ? Text.Format(Messages.MergedZeroPages, status.ZeroPages)
        : Text.Format(Messages.MergedBoth, status.Merged, status.ZeroPages);

    /// <summary>The same while ksmd looks at nothing.</summary>
    public static string Held(KsmReadings status) => status.Merged > 0 ? $"{Known(status)} {Messages.MergedMayBeGone}" : Known(status);

    /// <summary>That merging works, and what it saves.</summary>
    public static string Saving(KsmReadings status) => Text.Format(Messages.DiagnosisMerging, SizeText.Format(status.Saved), Known(status));
}
