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
    /// Looks at a process: one result for each of the two, for the KSM page whose walk looks at the most mappings. Which mappings mremap has moved the kernel does not
    /// tell, so that nothing can be said of <see cref="RmapStrategy.AddressDerived"/>.
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
        return [Cost(RmapStrategy.FullRange, layout.VmasVisited, layout.VmaCount), Cost(RmapStrategy.StoredPgoff, layout.Sharing, 1)];

        RmapStrategyCost Cost(RmapStrategy strategy, long vmasVisited, double vmasPerItem) => new()
        {
            Strategy = strategy,
            IsToday = bounds == KsmWalkBounds.Unknown ? null : bounds == KsmWalkBounds.Bounded == (strategy == RmapStrategy.StoredPgoff),
            VmasVisited = vmasVisited,
            MappingsFound = layout.Sharing,
            EstimatedNanoseconds = (long?)cost?.Nanoseconds(vmasVisited, layout.Sharing),
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
            SharingElsewhere = layout.SharingElsewhere(kernel),
            WorstFamily = layout.WorstFamily,
            IsUpperBound = layout.IsUpperBound,
        };
    }
}
