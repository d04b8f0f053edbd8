using System.Management.Automation;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Empties the buffers of sessions.</summary>
[Cmdlet(VerbsCommon.Clear, "RmapTrace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RmapTraceSession))]
public sealed class ClearRmapTraceCommand : RmapSessionChangeCommand
{
    private protected override void Change(TraceSession session) => session.Clear();
}
