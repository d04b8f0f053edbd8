using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Potential;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Says what merging the memory of running processes would save.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KsmPotential", DefaultParameterSetName = NameSet)]
[OutputType(typeof(KsmPotential))]
public sealed class MeasureKsmPotentialCommand : KsmToolsCommand
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";

    private const double LeastCertainSample = 0.05;

    private static readonly TimeSpan ShowAtMostEvery = TimeSpan.FromMilliseconds(100);

    private readonly List<int> _ids = [];
    private KsmPotentialMeasurement? _measurement;
    private KsmToolsException? _firstHidden;
    private int _hiddenCount;
    private int _endedCount;
    private long _shownAt;

    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MemoryProcessNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Process ids.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [RefuseNull]
    [Alias("ProcessId", "PID")]
    [ArgumentCompleter(typeof(MemoryProcessIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>The part of the pages to read.</summary>
    [Parameter]
    [Percent(Minimum = 0.001, Maximum = 1)]
    public double Sample { get; set; } = 1;

    /// <inheritdoc/>
    protected override void Begin() => _measurement = new KsmPotentialMeasurement(Kernel) { Sample = Sample, Quote = CommandText.Quote };

    /// <inheritdoc/>
    protected override void Process() => _ids.AddRange(Id);

    /// <inheritdoc/>
    protected override void End()
    {
        IEnumerable<int> ids = ParameterSetName == IdSet ? _ids : Named();
        IReadOnlyList<KsmPotential> results = _measurement!.Measure(ids, Fail, Show, PipelineStopToken);
        if (_shownAt != 0)
        {
            WriteProgress(new ProgressRecord(0, MyInvocation.MyCommand.Name, ModuleMessages.PotentialDone) { RecordType = ProgressRecordType.Completed });
        }

        if (Sample < LeastCertainSample)
        {
            WriteWarning(ModuleMessages.PotentialSmallSample);
        }

        if (results.Any(result => result.FramesHidden))
        {
            WriteWarning(ModuleMessages.PotentialFramesHidden);
        }

        WriteObject(results, enumerateCollection: true);
        if (_endedCount > 0)
        {
            WriteVerbose(MessageText.Format(ModuleMessages.PotentialEnded, _endedCount));
        }

        if (_firstHidden is not null)
        {
            WriteFailure(KsmPotentialMeasurement.Hidden(_firstHidden, _hiddenCount));
        }
    }

    private List<int> Named()
    {
        var patterns = new NamePatterns(Name);
        List<int> ids = [.. _measurement!.ListIds().Where(id => patterns.IsEmpty || patterns.IsMatch(_measurement.ReadName(id)))];
        if (patterns.MayMatchSeveral && _measurement.HiddenRemark is { } remark)
        {
            WriteWarning(remark);
        }

        foreach (string name in patterns.NotFound)
        {
            WriteFailure(_measurement.NotFound(name));
        }

        return ids;
    }

    private void Fail(int id, KsmToolsException failure)
    {
        if (failure.Reason == ErrorReason.AccessDenied)
        {
            _firstHidden ??= failure;
            _hiddenCount++;
        }
        else if (ParameterSetName == IdSet)
        {
            WriteFailure(failure);
        }
        else
        {
            _endedCount++;
        }
    }

    private void Show(KsmPotentialProgress state)
    {
        if (_shownAt != 0 && Stopwatch.GetElapsedTime(_shownAt) < ShowAtMostEvery)
        {
            return;
        }

        _shownAt = Stopwatch.GetTimestamp();
        string status = MessageText.Format(ModuleMessages.PotentialProcess, state.Id, state.Name, state.PagesRead);
        WriteProgress(new ProgressRecord(0, MyInvocation.MyCommand.Name, status) { PercentComplete = (int)(state.Share * 100) });
    }
}
