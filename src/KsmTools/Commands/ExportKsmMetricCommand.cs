using System.Management.Automation;
using System.Text;
using KsmTools.Files;
using KsmTools.Metrics;

namespace KsmTools.Commands;

/// <summary>Writes metrics to a file, whole or not at all, for the textfile collector of node_exporter.</summary>
[Cmdlet(VerbsData.Export, "KsmMetric", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportKsmMetricCommand : KsmMetricCommand
{
    /// <summary>The file, which is replaced unless nothing of the input has metrics; the collector reads names that end in .prom.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Outputs the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        string path = Unresolved(Path);
        MetricFormat format = path.EndsWith(".prom", StringComparison.OrdinalIgnoreCase) ? MetricFormat.Prometheus : MetricFormat.OpenMetrics;
        if (Document(format) is not { } document || !ShouldProcess(path, MyInvocation.MyCommand.Name))
        {
            return;
        }

        // The collector runs as a user of its own.
        WholeFile.Write(path, Encoding.UTF8.GetBytes(document), replace: true, WholeFile.Readable);
        if (PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
        }
    }
}
