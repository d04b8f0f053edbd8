using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Records;
using KsmTools.Tracing.Sessions;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Makes a session of rmap events and starts it; one that is there and was made for the same is started again.</summary>
[Cmdlet(VerbsLifecycle.Enable, "RmapTrace", SupportsShouldProcess = true)]
[OutputType(typeof(RmapTraceSession))]
public sealed class EnableRmapTraceCommand : EnableTraceCommand
{
    /// <summary>The session's name.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string Name { get; set; } = DefaultRmapName;

    /// <summary>Where the events come from; Auto takes the first that works.</summary>
    [Parameter]
    public RmapTraceSource Source { get; set; }

    /// <summary>Records walks of these page types only.</summary>
    [Parameter]
    [RefuseNull]
    public RmapPageType[] PageType { get; set; } = [];

    /// <summary>Records walks by the threads of these processes only.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [RefuseNull]
    [Alias("Id", "PID")]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Pairs and counts in the kernel instead of recording events.</summary>
    [Parameter]
    public SwitchParameter Aggregate { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Start(Name, Start, RmapTraceSession.Of);

    private TraceSession Start(TraceSessionRequest request)
    {
        TraceSession session = new RmapTraces(Kernel).Start(
            request, new RmapTraceRequest { Source = Source, PageTypes = PageType, ProcessIds = ProcessId, Aggregate = Aggregate });
        foreach (string missing in session.NotCovered)
        {
            WriteWarning(missing);
        }

        return session;
    }
}
