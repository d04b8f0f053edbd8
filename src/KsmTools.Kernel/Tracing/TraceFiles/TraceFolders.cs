using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>Folders that hold a trace in pieces, and are none to read.</summary>
internal static class TraceFolders
{
    /// <summary>What the name of a recording that has not become a file has after the file's.</summary>
    public const string RecordingSuffix = ".recording";

    /// <summary>Why a folder is not read.</summary>
    /// <param name="path">As it was given.</param>
    /// <param name="full">Its full path.</param>
    public static KsmToolsException Failure(string path, string full)
    {
        (string message, string action) =
            Path.TrimEndingDirectorySeparator(full).EndsWith(RecordingSuffix, StringComparison.Ordinal) ? (Messages.TraceIsRecordingFolder, Messages.TraceIsRecordingFolderAction)
            : (Messages.TraceIsFolder, Messages.TraceIsFolderAction);
        return new KsmToolsException(ErrorReason.TraceFormatNotRecognized, path, Text.Format(message, path), action, Errno.EISDIR);
    }
}
