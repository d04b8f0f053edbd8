namespace KsmTools.Tuning;

/// <summary>What a recommendation comes to.</summary>
public enum KsmTuningAction
{
    /// <summary>Nothing is to be changed.</summary>
    None,

    /// <summary>Knobs are to be set.</summary>
    Set,

    /// <summary>Memory is short: ksmd is to run, and to scan more.</summary>
    Boost,

    /// <summary>Memory is no longer short: ksmd is to scan less.</summary>
    Decay,

    /// <summary>ksmd is no longer needed: what the policy changed is to be taken back, which stops ksmd.</summary>
    Stop,

    /// <summary>What the policy changed is to be taken back. ksmd is not stopped by that: it ran before, or is somebody else's by now.</summary>
    Restore,
}
