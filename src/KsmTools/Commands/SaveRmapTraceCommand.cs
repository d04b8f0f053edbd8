using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceDat.Writing;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Records a session to a trace.dat file, which trace-cmd and KernelShark open; with -Follow as the events come. With -Recover it makes the file of a recording that was killed.</summary>
[Cmdlet(VerbsData.Save, "RmapTrace", SupportsShouldProcess = true, DefaultParameterSetName = OfSession)]
[OutputType(typeof(FileInfo))]
public sealed class SaveRmapTraceCommand : TraceSessionCommand
{
    private const string OfSession = "Session";
    private const string OfKilled = "Recover";

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The session.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = OfSession)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string Name { get; set; } = DefaultRmapName;

    /// <summary>Waits for more, until Ctrl-C.</summary>
    [Parameter(ParameterSetName = OfSession)]
    public SwitchParameter Follow { get; set; }

    /// <summary>Waits for more, this long: seconds, or a duration such as 500ms, 90s or 10m.</summary>
    [Parameter(ParameterSetName = OfSession)]
    [RefuseNull]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Makes the file of a recording whose end did not come.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfKilled)]
    public SwitchParameter Recover { get; set; }

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
        if (Recover)
        {
            if (ShouldProcess(path, MyInvocation.MyCommand.Name))
            {
                Show(SessionRecording.Recover(path, Force, PipelineStopToken));
            }
        }
        else
        {
            TraceSession session = Sessions.List(SessionKind.Ksm).FirstOrDefault(other => other.Name == Name) ?? RmapSession(Name);
            if (ShouldProcess(path, MyInvocation.MyCommand.Name))
            {
                Record(session, path);
                Show(path);
            }
        }
    }

    private void Record(TraceSession session, string path)
    {
        using SessionRecording recording = SessionRecording.Open(session, path, Force, Act());
        recording.Record(WaitUntil(Follow, Timeout), PipelineStopToken);
        recording.Complete();
        if (recording.LostEvents > 0)
        {
            WriteWarning((session.Kind == SessionKind.Ksm ? TraceSubject.Ksm : TraceSubject.Walks).Lost(session.Path, TraceFormat.TraceDat, recording.LostEvents, recording.LostIsLowerBound));
        }

        if (recording.Failure is { } failure)
        {
            WriteFailure(failure);
        }
    }

    private void Show(string path)
    {
        if (PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
        }
    }
}
