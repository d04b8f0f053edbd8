using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Memory;

/// <summary>Whether a region would fit, asked before anything is mapped: running into any of the limits hurts the whole process, and others with it.</summary>
internal static class RegionLimits
{
    private const string MaximumMappings = "/proc/sys/vm/max_map_count";

    // The runtime maps thread stacks, heap segments and code for as long as it runs, and ends the process when it cannot.
    private const int MappingsForTheRuntime = 1_000;

    // vm_area_struct, anon_vma_chain and its share of the maple tree: 0.4 KiB on 6.18, rounded up.
    private const long BytesPerMapping = 512;

    // What this process goes on to take once the pages are there: code that is compiled, and a youngest generation that the collector lets grow to the size of the processor's cache.
    // After New-RmapRegion in ksmsh, with 32 MiB of cache, an ordinary statement took 3 MB, a view of all processes 11, a loop over 300,000 objects 19, and Test-KsmMigration 17.
    private const long MostForTheRuntime = 32 << 20;

    /// <summary>Checks all limits.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="bytes">The size of the region.</param>
    /// <param name="mappings">The mappings it will have.</param>
    /// <param name="isData">Whether its pages are this process's own, and not a file's.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>: one of them is too low.</exception>
    public static void Check(KernelTree kernel, long bytes, long mappings, bool isData)
    {
        CheckMappings(kernel, mappings);
        CheckMemory(kernel, bytes + (mappings * BytesPerMapping));
        ProcessMemoryLimits.Check(kernel, bytes, isData);
    }

    /// <summary>Checks that the machine has so much memory, and that the control groups of this process, which its children are in, leave it as much, beside what this one goes on to take.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="bytes">How much.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>.</exception>
    public static void CheckMemory(KernelTree kernel, long bytes)
    {
        CheckMachine(kernel, bytes);
        if (ControlGroupMemory.Tightest(kernel) is not { } group)
        {
            return;
        }

        // Of a group that has little left, half of that: few pages are no danger that would not be there without them.
        long kept = Math.Min(MostForTheRuntime, group.FreeBytes / 2);
        long room = group.FreeBytes - kept;
        if (bytes > room)
        {
            throw new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                kernel.Locate(group.LimitFile),
                Text.Format(Messages.GroupMemoryInsufficient, bytes, kernel.Locate(group.Folder), room, group.LimitName, group.LimitBytes, group.UsedBytes, group.ReclaimableBytes, kept),
                Text.Format(Messages.GroupMemoryInsufficientAction, kernel.Locate(group.LimitFile), room / Environment.SystemPageSize / 2));
        }
    }

    private static void CheckMappings(KernelTree kernel, long mappings)
    {
        if (kernel.ReadInt64(MaximumMappings) is not long limit)
        {
            return;
        }

        int used = MappingCount.OfThisProcess();
        if (used + MappingsForTheRuntime + mappings > limit)
        {
            throw new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                kernel.Locate(MaximumMappings),
                Text.Format(Messages.MappingsInsufficient, mappings, used, MappingsForTheRuntime, kernel.Locate(MaximumMappings), limit),
                MappingsAction(used + mappings));
        }
    }

    private static void CheckMachine(KernelTree kernel, long bytes)
    {
        if (AvailableMemory.ReadBytes(kernel) is long available && bytes > available)
        {
            throw new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                kernel.Locate(AvailableMemory.Path),
                Text.Format(Messages.RegionMemoryInsufficient, bytes, kernel.Locate(AvailableMemory.Path), available),
                Text.Format(Messages.RegionMemoryInsufficientAction, available / Environment.SystemPageSize / 2));
        }
    }

    /// <summary>The command that allows so many mappings, rounded up to a number people would choose.</summary>
    public static string MappingsAction(long mappings)
    {
        const long Step = 10_000;
        return Text.Format(Messages.MappingsInsufficientAction, ((mappings + MappingsForTheRuntime) / Step * Step) + Step);
    }
}
