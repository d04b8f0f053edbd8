using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Transformations;
using KsmTools.Views;

namespace KsmTools.Commands;

/// <summary>Compares two sets of walks: how count, mean and percentiles changed, how sure that is, and whether it is within what is allowed.</summary>
[Cmdlet(VerbsData.Compare, "RmapWalk", DefaultParameterSetName = CompareSet)]
[OutputType(typeof(RmapWalkComparison), ParameterSetName = [CompareSet])]
[OutputType(typeof(bool), ParameterSetName = [QuietSet])]
public sealed class CompareRmapWalkCommand : WalkReadingCommand
{
    private const string CompareSet = "Compare";
    private const string QuietSet = "Quiet";
    private const double LeastConfidence = 0.5;
    private const double MostConfidence = 0.999;

    private WalkInput? _difference;

    /// <summary>What it was: walks, events, statistics, benchmark results, or names of traces.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    public object? Reference { get; set; }

    /// <summary>What it is: walks, events, statistics, benchmark results, or names of traces.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ValidateNotNull]
    public object? Difference { get; set; }

    /// <summary>What makes a group of walks, in any combination; None puts all walks together.</summary>
    [Parameter]
    public RmapGroupBy GroupBy { get; set; } = RmapGroupBy.PageType;

    /// <summary>The format of traces; Auto looks at the contents.</summary>
    [Parameter]
    public TraceFormat Format { get; set; } = TraceFormat.Auto;

    /// <summary>What decides the verdict.</summary>
    [Parameter]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public RmapMetric[] Metric { get; set; } = [RmapMetric.Mean];

    /// <summary>How sure a verdict must be.</summary>
    [Parameter]
    [Percent(Minimum = LeastConfidence, Maximum = MostConfidence)]
    public double Confidence { get; set; } = 0.95;

    /// <summary>The regression that is allowed.</summary>
    [Parameter(ParameterSetName = CompareSet)]
    [Parameter(Mandatory = true, ParameterSetName = QuietSet)]
    [Percent]
    public double MaximumRegression { get; set; }

    /// <summary>What the reference is called; else the names of its files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReferenceTag { get; set; }

    /// <summary>What the difference is called; else the names of its files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DifferenceTag { get; set; }

    /// <summary>Outputs whether no group exceeds the regression that is allowed, and nothing else.</summary>
    [Parameter(Mandatory = true, ParameterSetName = QuietSet)]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Begin() => _difference = new WalkInput(this, GroupBy, Format, Filter);

    /// <inheritdoc/>
    protected override void Process() => _difference!.Add(Difference!);

    /// <inheritdoc/>
    protected override void End()
    {
        var reference = new WalkInput(this, GroupBy, Format, Filter);
        reference.Add(Reference!);
        bool gate = MyInvocation.BoundParameters.ContainsKey(nameof(MaximumRegression));
        var options = new RmapComparisonOptions
        {
            DecidedBy = Metric,
            Confidence = Confidence,
            MaximumRegression = gate ? MaximumRegression : null,
            ReferenceTag = ReferenceTag ?? Tag(reference, _difference!),
            DifferenceTag = DifferenceTag ?? Tag(_difference!, reference),
        };
        IReadOnlyList<RmapMeasuredSet> before = Walks(reference, nameof(Reference));
        IReadOnlyList<RmapMeasuredSet> after = Walks(_difference!, nameof(Difference));

        // All at once: a table takes the widths of its columns from the rows that come within a fraction of a second.
        RmapWalkComparison[] comparisons = [.. RmapWalkComparer.Compare(before, after, options, PipelineStopToken)];
        foreach (RmapWalkComparison comparison in comparisons)
        {
            Tell(comparison);
        }

        if (Quiet)
        {
            WriteObject(comparisons.All(comparison => comparison.Passed != false));
        }
    }

    // Files of one name are told apart by their paths.
    private static string? Tag(WalkInput input, WalkInput other) =>
        input.Files.Count == 0 ? null : Names(input) == Names(other) ? string.Join(", ", input.Files) : Names(input);

    private static string Names(WalkInput input) => string.Join(", ", input.Files.Select(System.IO.Path.GetFileName));

    private static IReadOnlyList<RmapMeasuredSet> Walks(WalkInput input, string side) => input.Sets() is var sets && sets.Any(set => set.Statistics.Count > 0)
        ? sets
        : throw new KsmToolsException(ErrorReason.KnobValueInvalid, side, MessageText.Format(ModuleMessages.NothingToCompare, side), ModuleMessages.NothingToCompareAction);

    private void Tell(RmapWalkComparison comparison)
    {
        foreach (RmapMetricChange change in comparison.Undecided())
        {
            WriteWarning(MessageText.Format(
                ModuleMessages.RegressionUndecided,
                ChangeText.Group(comparison),
                change.Metric,
                ChangeText.Format(change.ChangePercent),
                ChangeText.Interval(change),
                comparison.ReferenceCount,
                comparison.DifferenceCount));
        }

        if (Quiet)
        {
            return;
        }

        WriteObject(comparison);
        if (comparison.Passed == false)
        {
            WriteFailure(Failure(comparison));
        }
    }

    private KsmToolsException Failure(RmapWalkComparison comparison)
    {
        string group = ChangeText.Group(comparison);
        if (comparison.Verdict == RmapVerdict.NotComparable)
        {
            return new KsmToolsException(
                ErrorReason.RegressionFound,
                comparison,
                MessageText.Format(ModuleMessages.RegressionNotComparable, group, comparison.ReferenceCount, comparison.DifferenceCount),
                ModuleMessages.RegressionNotComparableAction);
        }

        IEnumerable<string> slower = comparison.DecidedBy.Select(comparison.Of)
            .Where(change => change.Verdict == RmapVerdict.Slower && !(change.ChangePercent <= MaximumRegression * 100))
            .Select(change => $"{change.Metric} {ChangeText.Format(change.ChangePercent)} ({ChangeText.Interval(change)})");
        return new KsmToolsException(
            ErrorReason.RegressionFound,
            comparison,
            MessageText.Format(ModuleMessages.RegressionFound, group, string.Join(", ", slower), MaximumRegression * 100),
            ModuleMessages.RegressionFoundAction);
    }
}
