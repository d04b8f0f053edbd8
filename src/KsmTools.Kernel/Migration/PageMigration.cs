using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Memory.Compaction;
using KsmTools.Memory.Triggers;

namespace KsmTools.Migration;

/// <summary>Has the kernel migrate the pages of a scenario: to another NUMA node where there is one, else as it compacts memory.</summary>
internal sealed class PageMigration(KernelTree kernel, ScenarioPages pages, FragmentedMemory? memory, ActingCommand command)
{
    // Each round asks for a busy page PageMover.MaximumAttempts times.
    private const int MaximumRounds = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What made the kernel migrate; null before <see cref="Run"/>, and where nothing can.</summary>
    public RmapTrigger? Trigger { get; private set; }

    /// <summary>The node that the first page came from; null where it was not to move between nodes.</summary>
    public int? FromNode { get; private set; }

    /// <summary>The node that pages were to go to; null where they were not to move between nodes.</summary>
    public int? ToNode { get; private set; }

    /// <summary>How many pages went to another frame.</summary>
    public int MigratedPages { get; private set; }

    /// <summary>How many mappings they have.</summary>
    public int MigratedMappings { get; private set; }

    /// <summary>Migrates.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong, or why it could not be tried; null where all mappings of what moved are where they should be.</returns>
    /// <exception cref="KsmToolsException">The kernel refused something else.</exception>
    public Finding? Run(CancellationToken cancellationToken)
    {
        PageMapping[] before = pages.Mappings();
        RmapTriggers triggers;
        try
        {
            var target = new TriggerTarget(kernel, pages.Id, pages.Address, pages.Count);
            triggers = RmapTriggers.Choose(RmapTrigger.Auto, target, trigger => trigger.Migrates, string.Empty);
            FromNode = target.First.Node;
        }
        catch (KsmToolsException refusal) when (refusal.Reason is ErrorReason.TriggerNotSupported or ErrorReason.PageNotFound)
        {
            return Finding.Skipped(refusal);
        }

        Trigger = triggers.Trigger;
        if (Trigger == RmapTrigger.MovePages)
        {
            return Move(before, FromNode ?? 0, cancellationToken);
        }

        FromNode = null;
        memory?.MakePlaces();
        Finding? failure = null;
        for (int round = 1; round <= MaximumRounds && MigratedPages == 0 && failure is null; round++)
        {
            triggers.Run(cancellationToken);
            failure = Judge(before);
        }

        return failure ?? (MigratedPages == 0
            ? Finding.Skipped(Text.Format(Messages.MigrationLeft, triggers.Why), Messages.MigrationLeftAction) with { MayTryAgain = true }
            : null);
    }

    private Finding? Move(PageMapping[] before, int from, CancellationToken cancellationToken)
    {
        int node = MovePagesTrigger.Choose([.. new NumaNodes(kernel).Read().Where(other => other.HasMemory)], from).Id;
        ToNode = node;
        var mover = new PageMover(kernel);
        PageMoveResult[] results = [];
        for (int round = 1; round <= MaximumRounds; round++)
        {
            try
            {
                results = [.. Movers(before).SelectMany(id => mover.Move(id, pages.AddressOf(id), pages.Count, node, cancellationToken))];
            }
            catch (KsmToolsException refusal) when (refusal.Reason is ErrorReason.AccessDenied or ErrorReason.NumaNodeNotFound)
            {
                return Finding.Skipped(refusal);
            }

            if (!results.Any(result => result.IsFailure) || round == MaximumRounds)
            {
                break;
            }

            if (cancellationToken.WaitHandle.WaitOne(Pause))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        PageMoveResult[] failed = [.. results.Where(result => result.IsFailure)];
        return Judge(before)
            ?? (failed.Length > 0 && failed.All(result => result.Status == PageMoveStatus.ENOMEM)
                ? Finding.Skipped(PageErrors.ForMoves(results, ksmdRuns: false))
                : Finding.Failure(Left(before, node, CauseOf(failed), cancellationToken)));
    }

    private string? Left(PageMapping[] before, int node, string cause, CancellationToken cancellationToken)
    {
        int[] nodes = NodesOf(before);
        string? failure = MigrationCheck.OnNode(before, nodes, node, cause);
        if (failure is null)
        {
            return null;
        }

        long? frame = before[Array.FindIndex(nodes, other => other != node)].Frame;
        return MissedMappings.Explain(kernel, [.. before.Where(mapping => mapping.Frame == frame)], node, command, cancellationToken) is { } missed ? $"{failure} {missed}" : failure;
    }

    // move_pages(2) asks for what one process maps: as many of them as have all pages together.
    private static int[] Movers(PageMapping[] mappings)
    {
        var frames = new HashSet<long?>();
        return [.. mappings.Where(mapping => frames.Add(mapping.Frame)).Select(mapping => mapping.Id).Distinct()];
    }

    private Finding? Judge(PageMapping[] before)
    {
        Finding? failure = Finding.Failure(MigrationCheck.Migrated(before, pages.Mappings(), out int migrated, out int mappings));
        MigratedPages = migrated;
        MigratedMappings = mappings;
        return failure;
    }

    private int[] NodesOf(PageMapping[] mappings)
    {
        var asked = new PageNodes(kernel);
        int[] nodes = new int[mappings.Length];
        foreach (int id in pages.Ids)
        {
            int first = Array.FindIndex(mappings, mapping => mapping.Id == id);
            nint[] addresses = [.. mappings.Where(mapping => mapping.Id == id).Select(mapping => (nint)mapping.Address)];
            Interop.Errno errno = asked.Query(id, addresses, nodes.AsSpan(first, addresses.Length));
            if (errno != Interop.Errno.None)
            {
                throw PageErrors.ForMovePages(errno, id, node: null);
            }
        }

        return nodes;
    }

    private static string CauseOf(PageMoveResult[] failed) => failed.Length == 0
        ? Messages.MigrationSaidMoved
        : Text.Format(Messages.MigrationSaid, failed[0].Status, failed[0].Attempts * MaximumRounds);
}
