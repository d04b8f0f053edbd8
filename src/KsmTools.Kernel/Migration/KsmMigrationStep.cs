namespace KsmTools.Migration;

/// <summary>The steps of a scenario; contents are checked after each.</summary>
public enum KsmMigrationStep
{
    /// <summary>Equal pages are made.</summary>
    Create,

    /// <summary>ksmd merges them.</summary>
    Merge,

    /// <summary>mremap(2) moves the second half over the first.</summary>
    Mremap,

    /// <summary>The process forks.</summary>
    Fork,

    /// <summary>The kernel migrates them.</summary>
    Migrate,

    /// <summary>The kernel takes them to swap.</summary>
    SwapOut,

    /// <summary>They are looked at, which brings them back.</summary>
    SwapIn,
}
