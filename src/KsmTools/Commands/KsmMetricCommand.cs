using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Metrics;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that make metrics share: where the metrics come from, and how they are spelled.</summary>
public abstract class KsmMetricCommand : KsmToolsCommand
{
    private const int DefaultProcessCount = 10;

    private KsmMetrics? _metrics;
    private MetricInput? _input;

    /// <summary>Status, samples, settings or processes of KSM, or walks and what measures them; this machine's KSM unless given.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public object? InputObject { get; set; }

    /// <summary>The format.</summary>
    [Parameter]
    [RefuseNull]
    public MetricFormat? Format { get; set; }

    /// <summary>How many processes of each host, those with the most merged pages; of this machine's 10 unless given.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? ProcessCount { get; set; }

    /// <summary>The upper bounds of a histogram's buckets, in seconds; 1, 2.5 and 5 of every decade from a microsecond to ten seconds unless given.</summary>
    [Parameter]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public double[]? Bucket { get; set; }

    private bool IsGiven => MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));

    /// <inheritdoc/>
    protected override void Begin()
    {
        _metrics = new KsmMetrics(Bucket);
        _input = new MetricInput(this, _metrics);
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (InputObject is not null)
        {
            _input!.Add(InputObject);
        }
    }

    /// <summary>Everything as one document, its last line <c># EOF</c>; null where there was input and nothing of it has metrics.</summary>
    /// <param name="format">How it is spelled unless the user says.</param>
    private protected string? Document(MetricFormat format)
    {
        if (!IsGiven && _metrics!.AddSystem(Kernel) is { } missing)
        {
            // A captured tree that is not whole is no failure: Get-KsmProcess says the same.
            if (missing.Reason == ErrorReason.ProcessNotFound)
            {
                WriteWarning(missing.Message);
            }
            else
            {
                WriteFailure(missing);
            }
        }

        _input!.Complete();
        string document = _metrics!.Write(Format ?? format, ProcessCount ?? (IsGiven ? null : DefaultProcessCount));
        return InputObject is not null && document == KsmMetrics.Empty ? null : document;
    }
}
