using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Memory;

/// <summary>
/// The file behind a region of file pages: without a name, in the temporary folder, so that its pages are those of an ordinary
/// disk file system where there is one. Reclaim and migration treat pages of tmpfs and memfd differently.
/// </summary>
internal static class RegionFile
{
    /// <summary>Makes the file.</summary>
    /// <param name="length">Bytes.</param>
    /// <returns>The file, its space allocated.</returns>
    /// <exception cref="KsmToolsException">Too little space, or the kernel refused.</exception>
    public static SafeFileHandle Create(long length)
    {
        string folder = Path.GetTempPath();
        string name = folder;
        Errno errno = NamelessFiles.TryCreate(folder, out SafeFileHandle? file);
        if (file is null)
        {
            // No such files on this file system, or a read-only or missing folder: a file in memory still gives file pages.
            name = "memfd";
            errno = NamelessFiles.TryCreateInMemory("ksmtools-region", executable: false, out file);
            if (file is null)
            {
                throw KernelErrors.ForFile(errno, name, "open");
            }
        }

        errno = NamelessFiles.Allocate(file, length);
        if (errno != Errno.None)
        {
            file.Dispose();
            throw RegionErrors.ForRegionFile(errno, name, length);
        }

        return file;
    }

    /// <summary>
    /// Writes every page, one at a time so that the page cache takes single pages and not large folios, and then to the disk:
    /// reclaim passes over dirty file pages.
    /// </summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static void Fill(SafeFileHandle file, PageContent content, int pageCount, CancellationToken cancellationToken)
    {
        try
        {
            for (int page = 0; page < pageCount; page++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RandomAccess.Write(file, content.Of(page), (long)page * Environment.SystemPageSize);
            }

            RandomAccess.FlushToDisk(file);
        }
        catch (IOException exception)
        {
            throw RegionErrors.ForRegionFile(exception, Path.GetTempPath());
        }
    }
}
