using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;

namespace KsmTools.Memory;

/// <content>The merged pages of a process alone, without what else there is to say of them.</content>
public sealed partial class ProcessPages
{
    /// <summary>The KSM pages in parts of a process's memory. Where frames are hidden from this user, all pages that are there, without a frame.</summary>
    /// <param name="id">The process.</param>
    /// <param name="ranges">The parts, ascending: first addresses and those behind the last.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    internal IEnumerable<(long Address, long? Frame)> ReadMerged(int id, IReadOnlyList<(long Start, long End)> ranges, CancellationToken cancellationToken)
    {
        if (ranges.Count == 0)
        {
            yield break;
        }

        using KernelFile pagemap = Open(id);
        using var flags = new FrameFile(_kernel, FlagsFile);
        var types = new PageTypes(_kernel, id, ranges[0].Start, ranges[^1].End);
        var entries = new PagemapEntry[Batch];
        long[] pages = new long[Batch];
        int filled = 0;
        foreach ((long start, long end) in ranges)
        {
            for (long page = start / _pageSize; page < end / _pageSize;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(Batch - filled, (end / _pageSize) - page);
                Fill(pagemap, id, page, entries.AsSpan(filled, count));
                for (int index = 0; index < count; index++)
                {
                    pages[filled++] = page++;
                }

                if (filled == Batch)
                {
                    foreach ((long, long?) merged in Merged(entries, pages, filled, types, flags))
                    {
                        yield return merged;
                    }

                    Array.Clear(entries);
                    filled = 0;
                }
            }
        }

        foreach ((long, long?) merged in Merged(entries, pages, filled, types, flags))
        {
            yield return merged;
        }
    }

    /// <summary>Where in parts of a process's memory a frame is mapped.</summary>
    /// <param name="id">The process.</param>
    /// <param name="ranges">The parts: first addresses and those behind the last.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    internal IEnumerable<long> FindFrame(int id, IReadOnlyList<(long Start, long End)> ranges, long frame, CancellationToken cancellationToken)
    {
        using KernelFile pagemap = Open(id);
        var entries = new PagemapEntry[Batch];
        foreach ((long start, long end) in ranges)
        {
            for (long page = start / _pageSize; page < end / _pageSize; page += Batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(Batch, (end / _pageSize) - page);
                Array.Clear(entries);
                Fill(pagemap, id, page, entries.AsSpan(0, count));
                for (int index = 0; index < count; index++)
                {
                    if (entries[index].Frame == frame)
                    {
                        yield return (page + index) * _pageSize;
                    }
                }
            }
        }
    }

    private IEnumerable<(long Address, long? Frame)> Merged(PagemapEntry[] entries, long[] pages, int count, PageTypes types, FrameFile flags)
    {
        HashSet<long> repeated = Repeated(entries.AsSpan(0, count));
        for (int index = 0; index < count; index++)
        {
            PagemapEntry entry = entries[index];
            long at = pages[index] * _pageSize;
            if (entry is { IsPresent: true, Frame: null })
            {
                yield return (at, null);
                continue;
            }

            PageFlags? flag = (PageFlags?)flags.Read(entry.Frame) & KnownFlags;
            if (types.Of(entry, flag, at, entry.Frame is long frame && repeated.Contains(frame)) == RmapPageType.Ksm)
            {
                yield return (at, entry.Frame);
            }
        }
    }
}
