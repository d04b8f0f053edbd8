using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Memory.Compaction;
using KsmTools.Memory.Triggers;
using KsmTools.Merge;

namespace KsmTools.Migration;

/// <summary>One go at a scenario: the pages are merged, prepared and migrated, and looked at after each step.</summary>
internal sealed class MigrationAttempt(
    KernelTree kernel, KsmTemporarySettings settings, KsmMigrationOptions options, ScenarioPages pages, FragmentedMemory? memory, Action<KsmMigrationStep> progress, CancellationToken cancellationToken)
{
    // ksmd passes over a page that somebody has locked, and others may stop it.
    private const int MaximumRounds = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly PageMigration _migration = new(kernel, pages, memory, settings.Command);

    /// <summary>How far the merging processes' pages are merged; null before that.</summary>
    public PageSharing? Seen { get; private set; }

    /// <summary>How the pages were migrated.</summary>
    public PageMigration Migration => _migration;

    /// <summary>What made the kernel migrate them or take them to swap; null before that.</summary>
    public RmapTrigger? Trigger { get; private set; }

    /// <summary>How many pages went to another frame, or to swap.</summary>
    public int MigratedPages { get; private set; }

    /// <summary>Mappings that were found at new frames, or in swap, with the right contents.</summary>
    public int MappingsVerified { get; private set; }

    /// <summary>Runs.</summary>
    /// <exception cref="KsmToolsException">The kernel refused something.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Finding Run()
    {
        CheckFrames();
        return CheckContents(KsmMigrationStep.Create) ?? (pages.MergingIds.Count > 0 ? Merge() : CheckShared()) ?? Prepare() ?? (pages is SwapPages swapped ? Swap(swapped) : Migrate());
    }

    // Otherwise every page would have one mapping, and nothing would be tested.
    private Finding? CheckShared() => Finding.Failure(MigrationCheck.Merged(new PageSharing(pages.Count, (long)pages.Count * (pages.Ids.Count - 1)), pages.Mappings()));

    private Finding? Merge()
    {
        progress(KsmMigrationStep.Merge);
        var run = new KsmMergeRun(kernel, new KsmMergeOptions { Timeout = options.Timeout, ProcessIds = pages.MergingIds });
        PageSharing expected = options.Expected ?? Expect();
        for (int round = 1; ; round++)
        {
            KsmMergeResult result = run.Run(settings, _ => progress(KsmMigrationStep.Merge), cancellationToken);
            PageMapping[] mappings = Merging();
            Seen = PageSharing.Of(mappings);
            string? failure = MigrationCheck.Merged(expected, mappings);
            if (failure is null)
            {
                break;
            }

            if (run.FailureOf(result) is { } notMerged)
            {
                return notMerged.Reason != ErrorReason.MergeTimeout ? Finding.Skipped(notMerged) : Finding.Skipped(Text.Format(Messages.MigrationMergeTimeout, options.Timeout.TotalSeconds, Seen), Messages.MigrationMergeTimeoutAction);
            }

            if (CheckContents(KsmMigrationStep.Merge) is { } changed)
            {
                return changed;
            }

            if (round == MaximumRounds)
            {
                return Finding.Failure(failure);
            }

            if (cancellationToken.WaitHandle.WaitOne(FirstPause * (1 << round)))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return Finding.Failure(pages.MergingIds.Select(id => MigrationCheck.Counted(id, pages.Count, MergingPages(id))).FirstOrDefault(failure => failure is not null)) ?? CheckContents(KsmMigrationStep.Merge);
    }

    private Finding? Prepare()
    {
        if (pages.Preparation is not { } step)
        {
            return null;
        }

        progress(step);
        bool unmerged = pages.Prepare(cancellationToken);
        return CheckContents(step) ?? (unmerged ? Merge() : null);
    }

    private Finding Migrate()
    {
        progress(KsmMigrationStep.Migrate);
        PageSharing? merged = Seen;
        Finding? finding = _migration.Run(cancellationToken);
        Trigger = _migration.Trigger;
        MigratedPages = _migration.MigratedPages;
        if (finding is not null)
        {
            return finding;
        }

        if ((CheckMerged(merged) ?? CheckContents(KsmMigrationStep.Migrate)) is { } failure)
        {
            return failure;
        }

        MappingsVerified = _migration.MigratedMappings;
        return new Finding(KsmMigrationVerdict.Pass, _migration.ToNode is int node
            ? Text.Format(Messages.MigrationMoved, _migration.MigratedPages, MappingsVerified, _migration.FromNode, node)
            : Text.Format(Messages.MigrationCompacted, _migration.MigratedPages, Seen?.Shared ?? pages.Count, MappingsVerified));
    }

    private Finding Swap(SwapPages swapped)
    {
        progress(KsmMigrationStep.SwapOut);
        Trigger = RmapTrigger.Reclaim;
        var swapping = new PageSwapping(kernel, swapped);
        Finding? finding = swapping.Run(cancellationToken);
        MigratedPages = swapping.SwappedPages;
        if (finding is not null)
        {
            return finding;
        }

        // Looking at the contents brings the pages back, each mapping a page of its own where the kernel makes copies.
        progress(KsmMigrationStep.SwapIn);
        if ((CheckContents(KsmMigrationStep.SwapIn) ?? Finding.Failure(MigrationCheck.BackInMemory(pages.Mappings()))) is { } failure)
        {
            return failure;
        }

        MappingsVerified = swapping.SwappedMappings;
        return new Finding(KsmMigrationVerdict.Pass, Text.Format(Messages.MigrationSwapped, MigratedPages, Seen?.Shared, MappingsVerified));
    }

    private Finding? CheckMerged(PageSharing? before)
    {
        if (before is not { } expected)
        {
            return null;
        }

        PageMapping[] mappings = Merging();
        Seen = PageSharing.Of(mappings);
        return Finding.Failure(MigrationCheck.Merged(expected, mappings));
    }

    private PageMapping[] Merging() => [.. pages.MergingIds.SelectMany(pages.Mappings)];

    // With merge_across_nodes = 0 pages of different nodes are not merged.
    private PageSharing Expect()
    {
        KsmConfiguration now = new KsmConfigurationStore(kernel).Read();
        if (now.MergeAcrossNodes != false)
        {
            return PageSharing.Expect((long)pages.Count * pages.MergingIds.Count, now.MaxPageSharing);
        }

        return pages.MergingIds.SelectMany(NodesOf).CountBy(node => node).Select(node => PageSharing.Expect(node.Value, now.MaxPageSharing)).Aggregate((sum, node) => sum + node);
    }

    private int[] NodesOf(int id)
    {
        int[] nodes = new int[pages.Count];
        nint[] addresses = [.. pages.Mappings(id).Select(mapping => (nint)mapping.Address)];
        Errno errno = new PageNodes(kernel).Query(id, addresses, nodes);
        return errno == Errno.None ? nodes : throw PageErrors.ForMovePages(errno, id, node: null);
    }

    private long? MergingPages(int id)
    {
        Errno errno = new KsmProcessReader(kernel).TryRead(id, out KsmProcess? process);
        return errno is Errno.None or Errno.ENOSYS ? process?.MergingPages : throw PageErrors.ForProcessMemory(errno, id, "ksm_merging_pages");
    }

    // Nothing could be told of pages without their frames.
    private void CheckFrames()
    {
        progress(KsmMigrationStep.Create);
        if (pages.Mappings(pages.Id).All(mapping => mapping.Frame is null))
        {
            throw new KsmToolsException(
                ErrorReason.AccessDenied, pages.Id, Text.Format(Messages.MigrationNoFrames, Text.Format(Messages.TriggerFrameHidden, pages.Id)), Messages.AccessDeniedAction);
        }
    }

    private Finding? CheckContents(KsmMigrationStep step) => Finding.Failure(MigrationCheck.Contents(step, pages.Mappings(), Holds));

    private bool Holds(PageMapping mapping)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return pages.Holds(mapping);
    }
}
