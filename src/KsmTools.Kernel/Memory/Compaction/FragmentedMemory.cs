using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory.Compaction;

/// <summary>
/// Memory arranged so that compaction moves the pages that are mapped next. It takes pages that lie low in a zone to free places that lie high, and mostly there is nothing for it to do:
/// the pages lie high, or all that is free is free in whole blocks, which it leaves whole; or it ends at a large folio for which the free pieces that it finds first are too small. So all
/// that is free in small pieces is taken and a good deal more, the lowest frames of that are given back for those pages, and then half of each of the highest blocks.
/// </summary>
internal sealed class FragmentedMemory : IDisposable
{
    private const int PagesAtHand = 5;
    private const long LeastBytes = 64L << 20;
    private const long MostForFragments = 1L << 30;
    private const int MostDoublings = 3;
    private const long StepBytes = 4L << 20;
    private const int PartOfAvailable = 4;

    private readonly MappedRange _range;
    private readonly FragmentPlan _plan;

    private FragmentedMemory(MappedRange range, FragmentPlan plan, long?[] frames)
    {
        _range = range;
        _plan = plan;
        LowFrames = [.. plan.Low.Select(place => frames[place]!.Value)];
    }

    /// <summary>The frames that were given back for what is mapped next.</summary>
    public IReadOnlyList<long> LowFrames { get; }

    /// <summary>Takes memory, and gives its lowest frames back.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="pages">How many pages are mapped next.</param>
    /// <param name="round">How many times it was tried before: each time more memory is taken.</param>
    /// <param name="cancellationToken">Gives up, leaving nothing.</param>
    /// <param name="whyNot">Why it cannot be done; null where it can.</param>
    /// <returns>The memory; null where there is not enough, or where the kernel hides frames.</returns>
    public static FragmentedMemory? Begin(KernelTree kernel, int pages, int round, CancellationToken cancellationToken, out string? whyNot)
    {
        int doublings = Math.Min(round, MostDoublings);
        long wanted = Math.Min(FreeFragments.Count(kernel, FragmentPlan.Run) * Environment.SystemPageSize, MostForFragments << doublings)
            + (Math.Max((long)pages * PagesAtHand * Environment.SystemPageSize, LeastBytes) << doublings);
        whyNot = Text.Format(Messages.FragmentNoMemory, 2L * pages * Environment.SystemPageSize);
        if (Room(kernel, wanted, pages) is not { } bytes || MappedRange.TryMap(null, bytes, out MappedRange? range) != Errno.None)
        {
            return null;
        }

        try
        {
            if (!TryFill(range!, bytes, cancellationToken))
            {
                range!.Dispose();
                return null;
            }

            long?[] frames = new ProcessPages(kernel).ReadFrames(Environment.ProcessId, range!.Address, (int)(bytes / Environment.SystemPageSize));
            if (FragmentPlan.Make(frames, MemoryZone.Read(kernel), pages) is not { } plan)
            {
                whyNot = Text.Format(Messages.TriggerFrameHidden, Environment.ProcessId);
                range.Dispose();
                return null;
            }

            var memory = new FragmentedMemory(range, plan, frames);
            memory.GiveBack(plan.Low);
            whyNot = null;
            return memory;
        }
        catch
        {
            range!.Dispose();
            throw;
        }
    }

    /// <summary>Gives back what makes places to move to; just before compaction, so that nobody fills them.</summary>
    public void MakePlaces() => GiveBack(_plan.Rest);

    public void Dispose() => _range.Dispose();

    // No more than a part of what is available; less is better than nothing as long as there is as much to move to as to move.
    private static long? Room(KernelTree kernel, long wanted, int pages)
    {
        long own = (long)pages * Environment.SystemPageSize;
        long most = (AvailableMemory.ReadBytes(kernel) ?? 0) / PartOfAvailable;
        for (long bytes = Math.Min(wanted, most) / StepBytes * StepBytes; bytes >= 2 * own && bytes > 0; bytes = bytes / 2 / StepBytes * StepBytes)
        {
            try
            {
                RegionLimits.Check(kernel, (2 * bytes) + own, mappings: 1, isData: true);
                return bytes;
            }
            catch (KsmToolsException failure) when (failure.Reason == ErrorReason.MemoryInsufficient)
            {
                // Half of it, then.
            }
        }

        return null;
    }

    // Huge pages would be given back by halves only once the kernel is short of memory, and pages that ksmd merges are in no place of their own.
    private static bool TryFill(MappedRange range, long bytes, CancellationToken cancellationToken)
    {
        _ = MemoryCalls.Advise(range.Address, (nuint)bytes, MemoryCalls.NoHugePage);
        _ = MemoryCalls.Advise(range.Address, (nuint)bytes, MemoryCalls.Unmergeable);
        for (long done = 0; done < bytes; done += StepBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (MemoryCalls.Advise(range.Address + (nint)done, (nuint)Math.Min(StepBytes, bytes - done), MemoryCalls.PopulateWrite) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private void GiveBack(IReadOnlyList<int> places)
    {
        foreach (int place in places)
        {
            _ = MemoryCalls.Advise(_range.Address + ((nint)place * Environment.SystemPageSize), (nuint)Environment.SystemPageSize, MemoryCalls.DontNeed);
        }
    }
}
