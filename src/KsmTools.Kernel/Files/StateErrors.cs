using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>State files that are not what was written.</summary>
internal static class StateErrors
{
    /// <summary>A state file was damaged. What could be read of it was used.</summary>
    /// <param name="path">Where it was.</param>
    /// <param name="aside">Where it is now.</param>
    /// <param name="unknown">What could not be known, in words.</param>
    public static KsmToolsException ForDamaged(string path, string aside, string unknown) =>
        new(ErrorReason.StateDamaged, aside, Text.Format(Messages.StateDamaged, path, aside, unknown), Messages.StateDamagedAction);

    /// <summary>A state file is damaged and stays where it is. What can be read of it is used.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="why">Why it cannot be moved, or what can be believed of it not be written.</param>
    /// <param name="unknown">What cannot be known, in words.</param>
    public static KsmToolsException ForStaying(string path, KsmToolsException why, string unknown) => new(
        ErrorReason.StateDamaged, path, Text.Format(Messages.StateStaysDamaged, path, why.Message, unknown), Text.Format(Messages.StateStaysDamagedAction, why.RecommendedAction), why.Errno, why);

    /// <summary>A state file is damaged, and what it does not say any more is needed.</summary>
    /// <param name="path">Where it is.</param>
    public static KsmToolsException ForUnknown(string path) =>
        new(ErrorReason.StateDamaged, path, Text.Format(Messages.StateUnknown, path), Messages.StateUnknownAction);
}
