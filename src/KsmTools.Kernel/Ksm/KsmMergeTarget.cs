using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>Whose pages a merge run is judged by: those of some processes, or everybody's.</summary>
internal sealed class KsmMergeTarget
{
    private readonly KernelTree _kernel;
    private readonly IReadOnlyList<int> _processIds;

    /// <exception cref="KsmToolsException"><see cref="ErrorReason.ProcessNotFound"/>.</exception>
    public KsmMergeTarget(KernelTree kernel, IReadOnlyList<int> processIds)
    {
        _kernel = kernel;
        _processIds = processIds;
        foreach (int id in processIds)
        {
            if (!kernel.Exists($"/proc/{id}"))
            {
                throw new KsmToolsException(
                    ErrorReason.ProcessNotFound, id, Text.Format(Messages.ProcessNotFound, id), Messages.ProcessNotFoundAction, Errno.ESRCH);
            }
        }
    }

    /// <summary>Whether no process was named.</summary>
    public bool IsEverybody => _processIds.Count == 0;

    /// <summary>Mappings merged now. A process that has ended counts nothing.</summary>
    public long Merged(KsmCounters counters) =>
        _processIds.Count == 0 ? counters.PagesMerged : _processIds.Sum(id => Read(id) is { } pages ? pages.Merging + pages.Zero : 0);

    /// <summary>Whether every page that ksmd knows of the named processes is merged; false without names.</summary>
    public bool IsAllMerged() =>
        _processIds.Count > 0 && _processIds.All(id => Read(id) is not { } pages || (pages.Items > 0 && pages.Items == pages.Merging));

    private (long Items, long Merging, long Zero)? Read(int id)
    {
        string path = $"/proc/{id}/ksm_stat";
        Errno errno = _kernel.TryReadText(path, out string? text);
        if (errno is Errno.ENOENT or Errno.ESRCH)
        {
            // Linux before 6.1 has the one number only.
            return _kernel.TryReadText($"/proc/{id}/ksm_merging_pages", out text) == Errno.None
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long merging) ? (-1, merging, 0) : null;
        }

        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, _kernel.Locate(path), "read");
        }

        return (Field(text!, "ksm_rmap_items "), Field(text!, "ksm_merging_pages "), Field(text!, "ksm_zero_pages "));
    }

    private static long Field(string text, string name)
    {
        int start = text.IndexOf(name, StringComparison.Ordinal);
        if (start < 0)
        {
            return 0;
        }

        start += name.Length;
        int end = text.IndexOf('\n', start);
        return long.TryParse(end < 0 ? text.AsSpan(start) : text.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : 0;
    }
}
