using System.Management.Automation;
using KsmTools.Metrics;

namespace KsmTools.Commands;

/// <summary>Makes metrics for a monitoring system, as text.</summary>
[Cmdlet(VerbsData.ConvertTo, "KsmMetric")]
[OutputType(typeof(string))]
public sealed class ConvertToKsmMetricCommand : KsmMetricCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        if (Document(MetricFormat.OpenMetrics) is { } document)
        {
            // What is written to a file gets the last line's end from there, and nothing may follow it.
            WriteObject(document.TrimEnd('\n'));
        }
    }
}
