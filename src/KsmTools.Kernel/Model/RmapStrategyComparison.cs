using KsmTools.Errors;

namespace KsmTools.Model;

/// <summary>Compares the ways to walk a KSM page on a layout that is made for it.</summary>
public sealed class RmapStrategyComparison
{
    /// <summary>The fewest items that a KSM page may have (mm/ksm.c, max_page_sharing_store).</summary>
    public const int LeastMaxPageSharing = 2;

    /// <summary>The most mappings and pages that a layout may have.</summary>
    public const int Most = 4_000_000;

    /// <summary>Mappings of one anon_vma, as changing the protection of every other page makes them.</summary>
    public int VmaCount { get; init; } = 20_000;

    /// <summary>Pages with equal contents, spread evenly over the mappings.</summary>
    public int Sharing { get; init; } = 256;

    /// <summary><c>max_page_sharing</c>; null is as much as all equal pages need. With less they become several KSM pages, and one with the most items is walked.</summary>
    public int? MaxPageSharing { get; init; }

    /// <summary>Whether half of the mappings were moved by mremap(2) over former ones, as the kernel's self-test does.</summary>
    public bool Mremap { get; init; }

    /// <summary>What measured walks cost; empty gives visits without times.</summary>
    public IReadOnlyCollection<RmapCalibration> Calibration { get; init; } = [];

    /// <summary>The longest that a walk may take; needs a calibration.</summary>
    public TimeSpan? MaximumWalkDuration { get; init; }

    /// <summary>Makes the layout and walks it in every way.</summary>
    /// <param name="progress">Is told how much is done, 0 to 1, and what of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One result for each way.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/>: a calibration that cannot be, or none for a bound.</exception>
    public IEnumerable<RmapStrategyCost> Run(Action<double, RmapStrategy?>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(VmaCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(VmaCount, Most);
        ArgumentOutOfRangeException.ThrowIfLessThan(Sharing, LeastMaxPageSharing);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Sharing, Most);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPageSharing ?? LeastMaxPageSharing, LeastMaxPageSharing);
        RequireCalibration(MaximumWalkDuration, Calibration);
        return RunAll(progress, cancellationToken);
    }

    /// <summary>A bound in time needs a time for each visit.</summary>
    internal static void RequireCalibration(TimeSpan? bound, IReadOnlyCollection<RmapCalibration> calibration)
    {
        if (bound is not null && calibration.Count == 0)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, bound, Messages.BoundNeedsCalibration, Messages.BoundNeedsCalibrationAction);
        }
    }

    /// <summary>The largest <c>max_page_sharing</c> whose walks keep to a bound; null without a bound, and where the least is too many.</summary>
    /// <param name="bound">The bound.</param>
    /// <param name="cost">What visits cost.</param>
    /// <param name="vmasPerItem">Mappings that are looked at for each item.</param>
    internal static int? Recommend(TimeSpan? bound, RmapVisitCost? cost, double vmasPerItem)
    {
        if (bound is not { } most || cost is not { } known)
        {
            return null;
        }

        double items = Math.Floor(most.TotalNanoseconds / known.Nanoseconds(vmasPerItem, 1));
        return items < LeastMaxPageSharing ? null : (int)Math.Min(items, int.MaxValue);
    }

    private IEnumerable<RmapStrategyCost> RunAll(Action<double, RmapStrategy?>? progress, CancellationToken cancellationToken)
    {
        progress?.Invoke(0, null);
        SyntheticLayout layout = SyntheticLayout.Make(this, cancellationToken);
        int vmas = layout.AnonVma.Tree.Count;
        int items = layout.Walked.Length;
        RmapVisitCost? cost = RmapVisitCost.From(Calibration, vmas, items);
        foreach (RmapStrategy strategy in Enum.GetValues<RmapStrategy>())
        {
            var walker = new RmapWalker(layout.Ksm, strategy);
            walker.WalkOnce(layout.Walked, done => progress?.Invoke((double)done / items, strategy), cancellationToken);
            long found = walker.Found.Count;
            long? nanoseconds = (long?)cost?.Nanoseconds(walker.VmasVisited, found);
            yield return new RmapStrategyCost
            {
                Strategy = strategy,
                VmasVisited = walker.VmasVisited,
                MinimumVmasVisited = walker.VmasVisited,
                MaximumVmasVisited = walker.VmasVisited,
                MappingsFound = found,
                MappingsMissed = layout.Walked.Page.MapCount - found,
                EstimatedNanoseconds = nanoseconds,
                MinimumEstimatedNanoseconds = nanoseconds,
                MaximumEstimatedNanoseconds = nanoseconds,
                VmaCount = vmas,
                Sharing = items,
                MaxPageSharing = layout.Ksm.MaxPageSharing,
                MaximumWalkDuration = MaximumWalkDuration,
                RecommendedMaxPageSharing = Recommend(MaximumWalkDuration, cost, (double)walker.VmasVisited / items),
            };
        }
    }
}
