namespace KsmTools.Migration;

/// <summary>Whose pages are migrated: each kind has its own walk of the reverse mappings, or its own way to them.</summary>
public enum KsmMigrationPageType
{
    /// <summary>Pages that ksmd has merged.</summary>
    Ksm,

    /// <summary>Anonymous pages, which processes have in common by fork(2).</summary>
    Anon,

    /// <summary>Pages of a file in memory (memfd, tmpfs), mapped shared.</summary>
    Shared,

    /// <summary>Pages of a file in the temporary folder, mapped shared: of a disk where that is on one.</summary>
    File,
}
