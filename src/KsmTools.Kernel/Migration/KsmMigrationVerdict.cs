namespace KsmTools.Migration;

/// <summary>What a scenario came to.</summary>
public enum KsmMigrationVerdict
{
    /// <summary>Pages were merged and migrated, and everything is as it should be.</summary>
    Pass,

    /// <summary>Something is not as it should be.</summary>
    Fail,

    /// <summary>Not everything could be tried here; what was tried is as it should be.</summary>
    Skip,
}
