using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsLifecycle.Stop, "Process", SupportsShouldProcess = true, DefaultParameterSetName = IdSet)]
[OutputType(typeof(Process))]
public sealed class StopProcessCommand : ProcessCommandBase
{
    [Parameter(ParameterSetName = NameSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get; set; }

    [Parameter(Position = 0, ParameterSetName = IdSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public int[] Id { get; set; } = [];

    [Parameter(Position = 0, ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (Process process in ParameterSetName switch { NameSet => ByName(Name), IdSet => ById(Id), _ => InputObject })
        {
            string target = string.Create(CultureInfo.CurrentCulture, $"{NameOf(process)} ({process.Id})");
            if (!ShouldProcess(target))
            {
                continue;
            }

            try
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }
            }
            catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                WriteError(new ErrorRecord(
                    new ProcessCommandException($"Cannot stop process \"{target}\" because of the following error: {exception.Message}", exception),
                    "CouldNotStopProcess", ErrorCategory.CloseError, process));
                continue;
            }

            if (PassThru)
            {
                WriteObject(process);
            }
        }
    }
}

[Cmdlet(VerbsLifecycle.Wait, "Process", DefaultParameterSetName = NameSet)]
public sealed class WaitProcessCommand : ProcessCommandBase
{
    private readonly List<Process> _processes = [];

    [Parameter(Position = 0, ParameterSetName = NameSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get; set; }

    [Parameter(ParameterSetName = IdSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PID", "ProcessId")]
    public int[] Id { get; set; } = [];

    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    [Parameter(Position = 1)]
    [Alias("TimeoutSec")]
    [ValidateRange(0, 32767)]
    public int Timeout { get; set; }

    [Parameter]
    public SwitchParameter Any { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord() =>
        _processes.AddRange(ParameterSetName switch { NameSet => ByName(Name), IdSet => ById(Id), _ => InputObject });

    protected override void EndProcessing()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(PipelineStopToken);
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Timeout)))
        {
            timeout.CancelAfter(TimeSpan.FromSeconds(Timeout));
        }

        try
        {
            Task[] waits = [.. _processes.Select(process => process.WaitForExitAsync(timeout.Token))];
            if (waits.Length > 0)
            {
                (Any ? Task.WhenAny(waits).Unwrap() : Task.WhenAll(waits)).GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException)
        {
            if (PipelineStopToken.IsCancellationRequested)
            {
                throw new PipelineStoppedException();
            }

            foreach (Process process in _processes.Where(process => !process.HasExited))
            {
                WriteError(new ErrorRecord(
                    new TimeoutException(string.Create(
                        CultureInfo.CurrentCulture,
                        $"This command stopped operation because process \"{NameOf(process)} ({process.Id})\" is not stopped in the specified time-out.")),
                    "ProcessNotTerminated", ErrorCategory.CloseError, process));
            }
        }

        if (PassThru)
        {
            WriteObject(_processes, enumerateCollection: true);
        }
    }
}
