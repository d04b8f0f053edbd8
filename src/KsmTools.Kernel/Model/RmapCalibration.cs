using KsmTools.Errors;

namespace KsmTools.Model;

/// <summary>What walks of KSM pages cost on a kernel that looks at every mapping of an anon_vma: what the model's visits are turned into time with.</summary>
public sealed class RmapCalibration
{
    /// <summary>How many walks were measured.</summary>
    public long Count { get; init; }

    /// <summary>What they took on average, in nanoseconds.</summary>
    public double MeanNanoseconds { get; init; }

    /// <summary>Mappings of the anon_vma; null takes those of the layout that is compared.</summary>
    public long? VmaCount { get; init; }

    /// <summary>How many mappings shared the page that was walked; null takes those of the layout that is compared.</summary>
    public long? Sharing { get; init; }
}

/// <summary>Visits in nanoseconds: so much for every mapping that is looked at, and so much more for every one that maps the page.</summary>
/// <param name="PerVma">Nanoseconds to look at a mapping.</param>
/// <param name="PerMapping">Nanoseconds to work on a mapping that was found; 0 where that was not measured apart.</param>
internal readonly record struct RmapVisitCost(double PerVma, double PerMapping)
{
    // Looking at a mapping is a few dependent loads and a cond_resched: no processor is done sooner.
    private const double LeastPerVma = 1;

    /// <summary>
    /// What one visit costs. One measurement gives the time for a mapping that is looked at. Two with different numbers of mappings, such as a region that is split and one
    /// that is not, give the work on a found one too: the time of one item is <c>VmaCount * PerVma + PerMapping</c>.
    /// </summary>
    /// <param name="measured">The measurements; none gives no cost.</param>
    /// <param name="vmaCount">Mappings of the layout that is compared.</param>
    /// <param name="sharing">Items that one walk of it goes over.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/>: no measurement of walks, or of walks that cannot have looked at every mapping.</exception>
    public static RmapVisitCost? From(IReadOnlyCollection<RmapCalibration> measured, double vmaCount, double sharing)
    {
        if (measured.Count == 0)
        {
            return null;
        }

        (double Vmas, double Nanoseconds)[] perItem = [.. measured.Select(one => PerItem(one, vmaCount, sharing)).OrderBy(one => one.Vmas)];
        (double fewest, double shortest) = perItem[0];
        (double most, double longest) = perItem[^1];
        double perVma = most > fewest ? (longest - shortest) / (most - fewest) : perItem.Average(one => one.Nanoseconds) / most;
        return perVma >= LeastPerVma
            ? new RmapVisitCost(perVma, most > fewest ? Math.Max(0, shortest - (fewest * perVma)) : 0)
            : throw new KsmToolsException(
                ErrorReason.KnobValueInvalid, measured, Text.Format(Messages.CalibrationTooShort, longest / 1000, most, perVma), Messages.CalibrationTooShortAction);
    }

    /// <summary>The time of a walk.</summary>
    /// <param name="vmasVisited">Mappings that it looks at.</param>
    /// <param name="mappingsFound">Those that map the page.</param>
    public double Nanoseconds(double vmasVisited, double mappingsFound) => (vmasVisited * PerVma) + (mappingsFound * PerMapping);

    private static (double Vmas, double Nanoseconds) PerItem(RmapCalibration measured, double vmaCount, double sharing)
    {
        double vmas = measured.VmaCount ?? vmaCount;
        double items = measured.Sharing ?? sharing;
        return measured is { Count: > 0, MeanNanoseconds: > 0 } && double.IsFinite(measured.MeanNanoseconds) && vmas > 0 && items > 0
            ? (vmas, measured.MeanNanoseconds / items)
            : throw new KsmToolsException(
                ErrorReason.KnobValueInvalid,
                measured,
                Text.Format(Messages.CalibrationEmpty, measured.Count, measured.MeanNanoseconds, vmas, items),
                Messages.CalibrationEmptyAction);
    }
}
