namespace KsmTools.Potential;

/// <summary>What a <see cref="KsmPotential"/> is about.</summary>
public enum KsmPotentialScope
{
    /// <summary>One process.</summary>
    Process,

    /// <summary>All processes that were measured, together.</summary>
    All,
}
