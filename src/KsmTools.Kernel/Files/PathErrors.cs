using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>What root must not trust.</summary>
internal static class PathErrors
{
    /// <summary>A link on the way to a folder belongs to somebody else.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="name">The link.</param>
    /// <param name="userId">Whose it is.</param>
    public static KsmToolsException ForLink(string path, string name, uint userId) =>
        new(ErrorReason.UnsafePath, path, Text.Format(Messages.LinkOfOthers, path, name, userId), Messages.LinkOfOthersAction);

    /// <summary>What commands keep for each other may be somebody else's.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="why">What is wrong with it.</param>
    public static KsmToolsException ForState(string path, string why) =>
        new(ErrorReason.UnsafePath, path, Text.Format(Messages.StateUnsafe, path, why), Text.Format(Messages.StateUnsafeAction, path));
}
