using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceDat.Writing;

namespace KsmTools.Commands;

/// <summary>Records a session to a trace.dat file, which trace-cmd and KernelShark open; with -Follow as the events come.</summary>
[Cmdlet(VerbsData.Save, "RmapTrace", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class SaveRmapTraceCommand : RmapSessionFollowCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The session.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public override string Name { get; set; } = DefaultRmapName;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Outputs the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = Unresolved(Path);
        TraceSession session = Sessions.List(SessionKind.Ksm).FirstOrDefault(other => other.Name == Name) ?? Session;
        if (!ShouldProcess(path, MyInvocation.MyCommand.Name))
        {
            return;
        }

        using SessionRecording recording = SessionRecording.Open(session, path, Force);
        recording.Record(Until, PipelineStopToken);
        recording.Complete();
        if (recording.LostEvents > 0)
        {
            string message = recording.LostIsLowerBound ? ModuleMessages.LostEventsAtLeast : ModuleMessages.LostEvents;
            WriteWarning(MessageText.Format(message, session.Path, recording.LostEvents));
        }

        if (recording.Failure is { } failure)
        {
            WriteFailure(failure);
        }

        if (PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
        }
    }
}
