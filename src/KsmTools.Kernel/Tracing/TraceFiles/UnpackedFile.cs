using KsmTools.Errors;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>A compressed file's contents in a file that has no name any more, so that it is gone when it is closed, whatever happens.</summary>
internal static class UnpackedFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Unpacks.</summary>
    /// <param name="packed">What gives the contents.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="KsmToolsException">There is no room for it (TMPDIR says where it is made).</exception>
    public static FileStream Of(Stream packed, string path)
    {
        string name = Path.Combine(Path.GetTempPath(), "ksmtools-" + Path.GetRandomFileName());
        return TraceFile.Guard(path, "unpack", () =>
        {
            var file = new FileStream(name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = OwnerOnly, BufferSize = 0 });
            try
            {
                File.Delete(name);
                packed.CopyTo(file, 256 * 1024);
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }
}
