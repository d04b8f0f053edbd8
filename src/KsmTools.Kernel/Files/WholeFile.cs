using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>Writes files of which nobody ever sees a part.</summary>
public static class WholeFile
{
    /// <summary>Writes a file, whole or not at all, and on the disk: until it is whole it is <c>.NAME.new</c> beside it.</summary>
    /// <param name="path">The file. What is there and no ordinary file, such as a device, is refused.</param>
    /// <param name="contents">Its contents.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <param name="mode">Who may do what with it; null for what the user's mask says.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/> or <see cref="ErrorReason.AccessDenied"/>; what was there is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> contents, bool replace, UnixFileMode? mode = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using DraftFile draft = DraftFile.Create(path, replace);
        try
        {
            if (mode is { } bits)
            {
                File.SetUnixFileMode(draft.Stream.SafeFileHandle, bits);
            }

            draft.Stream.Write(contents);
            draft.Complete(toDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DraftFile.Failure(path, exception);
        }
    }
}
