using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;

namespace KsmTools.Merge;

/// <summary>Whose pages a merge run is judged by: those of some processes, or everybody's.</summary>
internal sealed class KsmMergeTarget
{
    private readonly KernelTree _kernel;
    private readonly IReadOnlyList<int> _processIds;
    private readonly KsmProcessReader _reader;

    /// <exception cref="KsmToolsException"><see cref="ErrorReason.ProcessNotFound"/>, or a process cannot be read.</exception>
    public KsmMergeTarget(KernelTree kernel, IReadOnlyList<int> processIds)
    {
        _kernel = kernel;
        _reader = new KsmProcessReader(kernel);
        foreach (int id in processIds)
        {
            Errno errno = _reader.TryRead(id, out _);
            if (errno != Errno.None)
            {
                throw _reader.FailureOf(errno, id);
            }
        }

        // What two of them have together is counted once.
        var memory = new SameMemory(kernel);
        _processIds = [.. processIds.Distinct().Where(memory.Add)];
    }

    /// <summary>Whether no process was named.</summary>
    public bool IsEverybody => _processIds.Count == 0;

    /// <summary>Mappings merged now. A process that has ended counts nothing.</summary>
    public long Merged(KsmCounters counters) =>
        IsEverybody ? counters.PagesMerged : _processIds.Sum(id => Read(id) is { } process ? (process.MergingPages ?? 0) + (process.ZeroPages ?? 0) : 0);

    /// <summary>
    /// Mappings merged now, for comparison with later. What a process has unmapped counts in <see cref="Merged"/> until ksmd passes; its page tables do not have it any more.
    /// </summary>
    /// <param name="counters">The kernel's counters.</param>
    /// <param name="cancellation">Gives up.</param>
    public long MergedBefore(KsmCounters counters, CancellationToken cancellation) =>
        IsEverybody
            ? counters.PagesMerged
            : Math.Min(Merged(counters), _processIds.Sum(id => KsmMappings.Mapped(_kernel, id) ?? Found(id, cancellation) ?? long.MaxValue / _processIds.Count));

    /// <summary>The frames of the named processes that merging may free; null without names, and where nobody says.</summary>
    /// <param name="cancellation">Gives up.</param>
    public MergeableFrames? FramesBefore(CancellationToken cancellation)
    {
        MergeableFrames? frames = FramesNow(cancellation);
        frames?.LeaveOutHeld(_kernel);
        return frames;
    }

    /// <summary>How many of those frames are free now, or null.</summary>
    /// <param name="before">The frames of before.</param>
    public long? Freed(MergeableFrames? before) => before is not null && FramesNow(CancellationToken.None) is { } now ? before.CountGone(now) : null;

    /// <summary>Whether every page that ksmd knows of the named processes is merged; false without names, and where the kernel does not say.</summary>
    public bool IsAllMerged() =>
        !IsEverybody && _processIds.All(id => Read(id) is not { } process || (process.RmapItems > 0 && process.RmapItems == process.MergingPages));

    private MergeableFrames? FramesNow(CancellationToken cancellation) => IsEverybody ? null : MergeableFrames.Of(_kernel, _processIds, cancellation);

    // Before Linux 6.7 each page's flags say, to those who see its frame.
    private long? Found(int id, CancellationToken cancellation)
    {
        try
        {
            long found = 0;
            foreach ((_, long? frame) in new ProcessPages(_kernel).ReadMerged(id, MergedRanges.Of(ProcessVmas.Read(_kernel, id, cancellation)), cancellation))
            {
                if (frame is null)
                {
                    return null;
                }

                found++;
            }

            return found;
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }

    private KsmProcess? Read(int id) => _reader.TryRead(id, out KsmProcess? process) == Errno.None ? process : null;
}
