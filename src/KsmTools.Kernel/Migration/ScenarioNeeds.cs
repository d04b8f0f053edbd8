using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Forked;

namespace KsmTools.Migration;

/// <summary>What a scenario needs of this machine, asked before anything is done for it.</summary>
internal static class ScenarioNeeds
{
    /// <summary>Why a scenario cannot be tried here; null where it can.</summary>
    public static Finding? Missing(KsmMigrationScenario scenario)
    {
        if (scenario is KsmMigrationScenario.Basic or KsmMigrationScenario.Mremap)
        {
            return null;
        }

        if (MergeableHolderImage.Make(RuntimeInformation.ProcessArchitecture, 0, 0, isWhole: false) is null)
        {
            return Finding.Skipped(PageErrors.ForHolderArchitecture().Message, Messages.MigrationForkAction);
        }

        return scenario == KsmMigrationScenario.Process && ProcessControl.ProbeMemoryMerge() is not Errno.None and var errno
            ? Finding.Skipped(Text.Format(Messages.MemoryMergeMissing, errno.Describe()), Messages.MigrationProcessAction)
            : null;
    }
}
