using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Model;

/// <summary>What walking a process's KSM pages costs with the walk of kernels before Linux 7.3 and with the bounded one, by the process's mappings and pages in <c>/proc</c>.</summary>
/// <param name="kernel">The kernel's files.</param>
public sealed class ProcessRmapComparison(KernelTree kernel)
{
    /// <summary>What measured walks cost; empty gives visits without times.</summary>
    public IReadOnlyCollection<RmapCalibration> Calibration { get; init; } = [];

    /// <summary>The longest that a walk may take; needs a calibration.</summary>
    public TimeSpan? MaximumWalkDuration { get; init; }

    /// <summary>
    /// Looks at a process: one result for each of the two, for the KSM page whose walk looks at the most mappings. Neither anon_vmas nor linear indices are in <c>/proc</c>, so
    /// that a walk is bounded, and nothing can be said of <see cref="RmapStrategy.AddressDerived"/>.
    /// </summary>
    /// <param name="id">The process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.ProcessNotFound"/>; <see cref="ErrorReason.AccessDenied"/>: a process of another user; <see cref="ErrorReason.KnobValueInvalid"/>: a calibration
    /// that cannot be, or none for a bound.
    /// </exception>
    public IReadOnlyList<RmapStrategyCost> Run(int id, CancellationToken cancellationToken = default)
    {
        RmapStrategyComparison.RequireCalibration(MaximumWalkDuration, Calibration);
        int? maxPageSharing = (int?)kernel.ReadInt64(KsmFiles.MaxPageSharing);
        var layout = ProcessRmapLayout.Read(kernel, id, maxPageSharing, cancellationToken);
        string? name = new KsmProcessReader(kernel).ReadName(id);
        KsmWalkBounds bounds = KsmWalkBoundsReader.Read(kernel);
        double vmasOnAverage = layout.MeanVmasVisited is { } visits ? visits / layout.MeanSharing : layout.VmaCount;
        var cost = RmapVisitCost.From(Calibration, vmasOnAverage, layout.MeanSharing);
        WalkBounds? walk = layout.Bounds;
        long fewest = walk?.Minimum ?? 0;
        RmapVisitCost? measured = Calibration.All(one => one is { VmaCount: not null, Sharing: not null }) ? cost : null;
        return
        [
            Cost(RmapStrategy.FullRange, walk?.Maximum ?? layout.OwnVmasVisited, layout.VmaCount),
            Cost(RmapStrategy.StoredPgoff, walk?.Unmoved ?? layout.Sharing, 1),
        ];

        RmapStrategyCost Cost(RmapStrategy strategy, long vmasVisited, double vmasPerItem) => new()
        {
            Strategy = strategy,
            IsToday = bounds == KsmWalkBounds.Unknown ? null : bounds == KsmWalkBounds.Bounded == (strategy == RmapStrategy.StoredPgoff),
            VmasVisited = vmasVisited,
            MinimumVmasVisited = fewest,
            MaximumVmasVisited = walk?.Maximum,
            MappingsFound = layout.Sharing,
            EstimatedNanoseconds = (long?)cost?.Nanoseconds(vmasVisited, layout.Sharing),
            MinimumEstimatedNanoseconds = (long?)measured?.Nanoseconds(fewest, fewest),
            MaximumEstimatedNanoseconds = walk is { Maximum: { } most, Items: { } items } ? (long?)measured?.Nanoseconds(most, items) : null,
            VmaCount = layout.VmaCount,
            Sharing = layout.Sharing,
            MaxPageSharing = maxPageSharing,
            MaximumWalkDuration = MaximumWalkDuration,
            RecommendedMaxPageSharing = RmapStrategyComparison.Recommend(MaximumWalkDuration, cost, Math.Max(1, vmasPerItem)),
            Id = id,
            Name = name,
            Address = layout.Address,
            PageFrame = layout.PageFrame,
            KsmPageCount = layout.KsmPageCount,
            MeanVmasVisited = strategy == RmapStrategy.FullRange ? layout.MeanVmasVisited : layout.KsmPageCount > 0 ? layout.MeanSharing : null,
            SharingElsewhere = layout.SharingElsewhere,
            WorstFamily = layout.WorstFamily,
            IsUpperBound = layout.IsUpperBound,
        };
    }
}
