using KsmTools.Errors;
using KsmTools.Interop;

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

    /// <summary>Why a file or folder may be somebody else's; null where it may not.</summary>
    /// <param name="status">What it is.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="isOwn">Whether its owner is trusted.</param>
    public static string? Objection(FileStatus status, FileKind kind, bool isOwn) =>
        status.Kind != kind ? Messages.StateOfAnotherKind
        : !isOwn ? Text.Format(Messages.StateOfOthers, status.UserId)
        : kind == FileKind.Ordinary && status.Names > 1 ? Messages.StateOfOtherName
        : status.IsOpenToOthers ? Text.Format(Messages.StateOpenToOthers, Convert.ToString((int)status.Mode, 8))
        : null;
}
