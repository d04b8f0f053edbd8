using System.Management.Automation;
using KsmTools.Ksm;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Metrics;

/// <summary>Takes whatever has metrics: status, samples, settings and processes of KSM, also from Clixml, JSON and other machines; all else is taken for walks.</summary>
/// <param name="command">Who takes it; errors and warnings go to it.</param>
/// <param name="metrics">Takes the metrics.</param>
internal sealed class MetricInput(KsmToolsCommand command, KsmMetrics metrics)
{
    // What remoting says of where an object is from.
    private const string ComputerName = "PSComputerName";

    private readonly Dictionary<string, WalkInput> _walks = [];

    /// <summary>Takes an object.</summary>
    public void Add(object input)
    {
        PSObject item = PSObject.AsPSObject(input);
        string? host = item.Properties[ComputerName]?.Value as string;
        switch (item.BaseObject)
        {
            case KsmStatus status:
                metrics.Add(status, host);
                break;
            case KsmStatusSample sample:
                metrics.Add(sample.Status, host);
                break;
            case KsmConfiguration configuration:
                metrics.Add(configuration, host);
                break;
            case KsmProcess process:
                metrics.Add(process, host);
                break;
            case PSCustomObject:
                AddSaved(item, host);
                break;
            default:
                AddWalks(item, host);
                break;
        }
    }

    /// <summary>Hands over the walks, which make groups only once all are there.</summary>
    public void Complete()
    {
        foreach ((string host, WalkInput walks) in _walks)
        {
            foreach (RmapMeasuredSet set in walks.Sets())
            {
                metrics.Add(set, host.Length == 0 ? null : host);
            }
        }
    }

    private void AddSaved(PSObject item, string? host)
    {
        if (item.Properties[nameof(KsmStatusSample.Status)]?.Value is { } inner && SavedKsm.Status(inner) is { } sampled)
        {
            metrics.Add(sampled, host);
        }
        else if (SavedKsm.Status(item) is { } status)
        {
            metrics.Add(status, host);
        }
        else if (SavedKsm.Process(item) is { } process)
        {
            metrics.Add(process, host);
        }
        else if (SavedKsm.Configuration(item) is { } configuration)
        {
            metrics.Add(configuration, host);
        }
        else
        {
            AddWalks(item, host);
        }
    }

    private void AddWalks(PSObject item, string? host)
    {
        string key = host ?? string.Empty;
        if (!_walks.TryGetValue(key, out WalkInput? walks))
        {
            _walks[key] = walks = new WalkInput(command, RmapGroupBy.PageType, TraceFormat.Auto, new RecordFilter());
        }

        walks.Add(item);
    }
}
