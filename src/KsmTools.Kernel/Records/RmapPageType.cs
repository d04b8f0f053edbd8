namespace KsmTools.Records;

/// <summary>What kind of page a reverse-mapping walk is about; the kernel tells them apart by the low bits of <c>folio->mapping</c>.</summary>
public enum RmapPageType
{
    /// <summary>A page merged by KSM: one page for many mappings, all found through the anon_vma of each.</summary>
    Ksm = 0,

    /// <summary>An anonymous page.</summary>
    Anon = 1,

    /// <summary>A page of a file, found through the file's own mappings.</summary>
    File = 2,
}
