using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>A compressed file's contents in a file that nobody else finds, and that is gone when it is closed, whatever happens.</summary>
internal static class UnpackedFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Unpacks to where temporary files are (TMPDIR).</summary>
    /// <param name="packed">What gives the contents.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="KsmToolsException">There is no room for it.</exception>
    public static FileStream Of(Stream packed, string path)
    {
        string folder = Path.GetTempPath();
        string name = Path.Combine(folder, "ksmtools-" + Path.GetRandomFileName());
        FileStream? file = null;
        try
        {
            file = new FileStream(name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = OwnerOnly, BufferSize = 0 });
            File.Delete(name);
            packed.CopyTo(file, 256 * 1024);
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            string why = DraftFile.ErrnoOf(exception)?.Describe() ?? exception.Message;
            throw new KsmToolsException(
                ErrorReason.KernelIoError, path, Text.Format(Messages.NotUnpacked, path, folder, why), Messages.NotUnpackedAction, DraftFile.ErrnoOf(exception), exception);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }
}
