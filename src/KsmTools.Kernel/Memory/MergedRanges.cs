namespace KsmTools.Memory;

/// <summary>The parts of a process's memory that can hold merged pages.</summary>
internal static class MergedRanges
{
    /// <summary>Those of some mappings: what the kernel says has merged pages, or, before Linux 6.7, which does not say, what may be merged.</summary>
    /// <param name="vmas">The mappings by address.</param>
    /// <returns>First addresses and those behind the last, ascending; mappings that touch are one.</returns>
    public static IReadOnlyList<(long Start, long End)> Of(IReadOnlyList<ProcessVma> vmas)
    {
        var ranges = new List<(long Start, long End)>();
        foreach (ProcessVma vma in vmas)
        {
            if (vma.IsShared || !vma.MayHoldMerged)
            {
                continue;
            }

            if (ranges.Count > 0 && ranges[^1].End == (long)vma.Start)
            {
                ranges[^1] = (ranges[^1].Start, (long)vma.End);
            }
            else
            {
                ranges.Add(((long)vma.Start, (long)vma.End));
            }
        }

        return ranges;
    }
}
