using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>
/// Finds the process that makes walks of KSM pages longest on a kernel that visits every mapping of an anon_vma: of those that have merged pages, the one with the most
/// mappings. Whether its mappings are on one anon_vma the kernel does not tell.
/// </summary>
internal static class LongWalks
{
    // With max_page_sharing at 256, a quarter of a million visits: some milliseconds.
    private const int Many = 1000;

    /// <summary>What to say of that process; null where there is none with many mappings, or walks are bounded, or this user may not see.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static (string Message, string Remedy)? Find(KernelTree kernel)
    {
        if (KsmWalkBoundsReader.Read(kernel) != KsmWalkBounds.Whole)
        {
            return null;
        }

        (KsmProcess? worst, int most) = (null, 0);
        var reader = new KsmProcessReader(kernel);
        foreach (int id in ProcessIds.TryList(kernel, out int[] ids) == Errno.None ? ids : [])
        {
            if (TryRead(reader, id) is { MergingPages: > 0 } process
                && LineCount.TryCount(kernel, ProcessMemory.PathOf(kernel, id, "maps"), out int mappings) == Errno.None && mappings > most)
            {
                (worst, most) = (process, mappings);
            }
        }

        return worst is null || most < Many
            ? null
            : (Text.Format(Messages.DiagnosisLongWalks, worst.Id, worst.Name, most), Text.Format(Messages.DiagnosisLongWalksRemedy, worst.Id));
    }

    // The counters are what was asked for, and this only explains them: what cannot be read of one process says nothing of the others.
    private static KsmProcess? TryRead(KsmProcessReader reader, int id)
    {
        try
        {
            return reader.TryRead(id, out KsmProcess? process) == Errno.None ? process : null;
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }
}
