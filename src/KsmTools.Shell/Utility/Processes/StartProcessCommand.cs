using System.Collections;
using System.Diagnostics;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsLifecycle.Start, "Process", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StartProcessCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "Path")]
    public string FilePath { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    [Alias("Args")]
    public string?[]? ArgumentList { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("RSI")]
    public string? RedirectStandardInput { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("RSO")]
    public string? RedirectStandardOutput { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("RSE")]
    public string? RedirectStandardError { get; set; }

    [Parameter]
    [Alias("nnw")]
    public SwitchParameter NoNewWindow { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public Hashtable? Environment { get; set; }

    protected override void BeginProcessing()
    {
        ProcessStartInfo start = Describe();
        if (!ShouldProcess(start.FileName))
        {
            return;
        }

        Process process = Start(start);
        if (PassThru)
        {
            WriteObject(process);
        }

        Task copies = Copy(process);
        if (!Wait && RedirectStandardInput is null && RedirectStandardOutput is null && RedirectStandardError is null)
        {
            return;
        }

        try
        {
            if (Wait)
            {
                process.WaitForExitAsync(PipelineStopToken).GetAwaiter().GetResult();
                copies.Wait(PipelineStopToken);
            }
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private ProcessStartInfo Describe()
    {
        string file = FilePath;
        if (SessionState.InvokeCommand.GetCommand(FilePath, CommandTypes.Application) is ApplicationInfo application)
        {
            file = application.Path;
        }

        var start = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            Arguments = string.Join(' ', ArgumentList ?? []),
            WorkingDirectory = WorkingDirectory is null
                ? SessionState.Path.CurrentFileSystemLocation.ProviderPath
                : SessionState.Path.GetUnresolvedProviderPathFromPSPath(WorkingDirectory),
            RedirectStandardInput = RedirectStandardInput is not null,
            RedirectStandardOutput = RedirectStandardOutput is not null,
            RedirectStandardError = RedirectStandardError is not null,
        };
        foreach (DictionaryEntry entry in Environment ?? [])
        {
            start.Environment[entry.Key.ToString()!] = entry.Value?.ToString();
        }

        return start;
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException();
        }
        catch (Exception exception) when (!NoNewWindow && exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException($"This command cannot be run due to the error: {exception.Message}", exception),
                "InvalidOperationException", ErrorCategory.InvalidOperation, null));
            throw;
        }
    }

    private Task Copy(Process process)
    {
        var copies = new List<Task>();
        if (RedirectStandardInput is not null)
        {
            copies.Add(CopyFile(Native(RedirectStandardInput), process.StandardInput.BaseStream, into: true));
        }

        if (RedirectStandardOutput is not null)
        {
            copies.Add(CopyFile(Native(RedirectStandardOutput), process.StandardOutput.BaseStream, into: false));
        }

        if (RedirectStandardError is not null)
        {
            copies.Add(CopyFile(Native(RedirectStandardError), process.StandardError.BaseStream, into: false));
        }

        return Task.WhenAll(copies);
    }

    private string Native(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private static async Task CopyFile(string path, Stream stream, bool into)
    {
        await using FileStream file = into ? File.OpenRead(path) : File.Create(path);
        if (into)
        {
            await file.CopyToAsync(stream).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            await stream.CopyToAsync(file).ConfigureAwait(false);
        }
    }
}
