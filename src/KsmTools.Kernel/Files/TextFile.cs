using System.Text;
using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>Ordinary text files that commands write for the user.</summary>
public static class TextFile
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its contents, written as UTF-8 without a byte order mark.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/> or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public static void Write(string path, string text, bool replace)
    {
        if (!replace && File.Exists(path))
        {
            throw new KsmToolsException(ErrorReason.KernelIoError, path, Text.Format(Messages.FileExists, path), Messages.FileExistsAction, Interop.Errno.EEXIST);
        }

        string draft = path + ".new";
        try
        {
            using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: replace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KsmToolsException(
                exception is UnauthorizedAccessException ? ErrorReason.AccessDenied : ErrorReason.KernelIoError,
                path,
                Text.Format(Messages.FileNotWritten, path, exception.Message),
                Messages.FileNotWrittenAction,
                null,
                exception);
        }
    }
}
