using System.Diagnostics;
using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>Migration to another NUMA node.</summary>
internal sealed class MovePagesTrigger(Architecture architecture) : WalkTrigger
{
    public override RmapTrigger Kind => RmapTrigger.MovePages;

    public override bool Migrates => true;

    public override string Needs => Messages.MovePagesNeeds;

    public override string Action => Messages.MovePagesTriggerAction;

    public override TriggerRefusal? Check(TriggerTarget target) =>
        CheckPresent(target) ?? (SystemCallNumbers.MovePages(architecture) is null
            ? Refuse(Text.Format(Messages.MoveArchitecture, architecture), Messages.MoveArchitectureAction)
            : Usable(target).Length < 2
            ? Refuse(Text.Format(Messages.NumaSingleNode, NumaNodes.Folder), Messages.NumaSingleNodeAction, ErrorReason.NumaSingleNode)
            : CurrentUser.HasCapability(CurrentUser.SysNice)
                ? null
                : Refuse(Messages.TriggerNoSysNice, Messages.MoveNotPermittedAction, ErrorReason.AccessDenied));

    public override TriggerOutcome Run(TriggerTarget target, Stopwatch clock, CancellationToken cancellationToken)
    {
        int from = target.First.Node ?? 0;
        int to = Choose(Usable(target), from).Id;
        clock.Start();
        PageMoveResult[] results = [.. new PageMover(target.Kernel).Move(target.Id, target.First.Address, target.Count, to, cancellationToken)];
        clock.Stop();
        int moved = results.Count(result => result.Status == PageMoveStatus.Moved);
        if (moved == 0)
        {
            throw PageErrors.ForMoves(results, target.KsmdRuns);
        }

        return new TriggerOutcome(moved, results[0].FromNode, to, MoveRemark.Of(results, target.KsmdRuns));
    }

    /// <summary>The nearest of the other nodes; of several, the one with the most free memory.</summary>
    internal static NumaNode Choose(IReadOnlyList<NumaNode> nodes, int from)
    {
        int index = 0;
        while (index < nodes.Count && nodes[index].Id != from)
        {
            index++;
        }

        return nodes.Where(node => node.Id != from)
            .OrderBy(node => index < node.Distances.Count ? node.Distances[index] : int.MaxValue)
            .ThenByDescending(node => node.FreeBytes ?? 0)
            .First();
    }

    private static NumaNode[] Usable(TriggerTarget target) => [.. new NumaNodes(target.Kernel).Read().Where(node => node.HasMemory)];
}
