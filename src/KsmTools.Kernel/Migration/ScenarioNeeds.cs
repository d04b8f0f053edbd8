using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Memory.Triggers;

namespace KsmTools.Migration;

/// <summary>What a scenario needs of this machine, asked before anything is done for it.</summary>
internal static class ScenarioNeeds
{
    /// <summary>Why a scenario cannot be tried here; null where it can.</summary>
    public static Finding? Missing(KernelTree kernel, KsmMigrationScenario scenario)
    {
        if (scenario is KsmMigrationScenario.Basic or KsmMigrationScenario.Mremap)
        {
            return null;
        }

        if (MergeableHolderImage.Make(RuntimeInformation.ProcessArchitecture, 0, 0, isWhole: false) is null)
        {
            return Finding.Skipped(PageErrors.ForHolderArchitecture().Message, Messages.MigrationForkAction);
        }

        return scenario switch
        {
            KsmMigrationScenario.Process => MissingForProcess(ProcessControl.ProbeMemoryMerge()),
            KsmMigrationScenario.Swap => MissingForSwap(kernel),
            _ => null,
        };
    }

    /// <summary>What is missing for a process that makes its whole memory mergeable.</summary>
    /// <param name="probe">What the kernel said to that.</param>
    internal static Finding? MissingForProcess(Errno probe) =>
        probe == Errno.None ? null : Finding.Skipped(Text.Format(Messages.MemoryMergeMissing, probe.Describe()), Messages.MigrationProcessAction);

    /// <summary>What is missing for taking merged pages of one process to swap.</summary>
    internal static Finding? MissingForSwap(KernelTree kernel)
    {
        if (SwapSpace.ReadFreeBytes(kernel) is not > 0)
        {
            return Finding.Skipped(Messages.MigrationNoSwap, Messages.TriggerNoSwapAction);
        }

        if (LruGenerations.On(kernel) is { } on)
        {
            return Finding.Skipped(Text.Format(Messages.LruGenerations, LruGenerations.Path, on), Text.Format(Messages.LruGenerationsAction, LruGenerations.Path, on));
        }

        return ReclaimGroup.Find(kernel) is null ? Finding.Skipped(Messages.ReclaimGroupMissing, Messages.ReclaimGroupAction) : null;
    }
}
