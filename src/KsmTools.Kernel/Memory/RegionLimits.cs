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

    /// <summary>Checks that the machine has so much memory, and that the control groups of this process, which its children are in, leave it as much.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="bytes">How much.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>.</exception>
    public static void CheckMemory(KernelTree kernel, long bytes)
    {
        CheckMachine(kernel, bytes);
        if (ControlGroupMemory.Tightest(kernel) is { } group && bytes > group.FreeBytes)
        {
            throw new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                kernel.Locate(group.LimitFile),
                Text.Format(Messages.GroupMemoryInsufficient, bytes, kernel.Locate(group.Folder), group.FreeBytes, group.LimitName, group.LimitBytes, group.UsedBytes, group.ReclaimableBytes),
                Text.Format(Messages.GroupMemoryInsufficientAction, kernel.Locate(group.LimitFile), group.FreeBytes / Environment.SystemPageSize / 2));
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
