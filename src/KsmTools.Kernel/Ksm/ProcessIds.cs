using System.Globalization;
using System.IO.Enumeration;
using KsmTools.Files;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Ksm;

/// <summary>The processes that <c>/proc</c> lists.</summary>
internal static class ProcessIds
{
    /// <summary>Where they are.</summary>
    public const string Folder = "/proc";

    /// <summary>Lists them.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="ids">Their ids, in ascending order; none where the folder cannot be listed.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryList(KernelTree kernel, out int[] ids)
    {
        Errno errno = kernel.TryOpenFolder(Folder, FileCalls.ReadOnly, out SafeFileHandle? folder);
        using (folder)
        {
            ids = folder is null
                ? []
                : [.. new FileSystemEnumerable<int>(KernelTree.PathOf(folder), (ref FileSystemEntry entry) => IdOf(entry.FileName))
                {
                    ShouldIncludePredicate = (ref FileSystemEntry entry) => IdOf(entry.FileName) > 0,
                }];
        }

        Array.Sort(ids);
        return errno;
    }

    private static int IdOf(ReadOnlySpan<char> name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0;
}
