using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>Writes files of which nobody ever sees a part.</summary>
public static class WholeFile
{
    /// <summary>For everybody to read, whatever the user's mask says: 0644.</summary>
    public const UnixFileMode Readable = DraftFile.Readable;

    /// <summary>Writes a file, whole or not at all, and on the disk: until it is whole it has no name, and others who may write the folder cannot lead it elsewhere.</summary>
    /// <param name="path">The file. What is there and no ordinary file, such as a device, is refused.</param>
    /// <param name="contents">Its contents.</param>
    /// <param name="replace">Whether a file that is there may be replaced. Its owner stays, and nobody may do more with it than before.</param>
    /// <param name="mode">Who may do what with it; null for 0644 less what the user's mask takes.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KernelIoError"/>, <see cref="ErrorReason.AccessDenied"/>, or <see cref="ErrorReason.UnsafePath"/>: somebody else's link leads there; what was there is as it was.
    /// </exception>
    public static void Write(string path, ReadOnlySpan<byte> contents, bool replace, UnixFileMode? mode = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using DraftFile draft = DraftFile.Create(path, replace, mode);
        try
        {
            draft.Stream.Write(contents);
            draft.Complete(toDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DraftFile.Failure(path, exception);
        }
    }
}
