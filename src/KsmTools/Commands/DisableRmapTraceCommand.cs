using System.Management.Automation;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Stops sessions; their buffers stay readable.</summary>
[Cmdlet(VerbsLifecycle.Disable, "RmapTrace", SupportsShouldProcess = true)]
[OutputType(typeof(RmapTraceSession))]
public sealed class DisableRmapTraceCommand : RmapSessionChangeCommand
{
    private protected override void Change(TraceSession session) => session.Switch(on: false);
}
