using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that make trace sessions share: buffers and clock, the confirmation, and the session as output.</summary>
public abstract class EnableTraceCommand : TraceChangeCommand
{
    private const long LeastBuffer = 8 * 1024;

    /// <summary>Bytes of each CPU's buffer; the kernel's default if not given.</summary>
    [Parameter]
    [ValidateRange(LeastBuffer, long.MaxValue)]
    public long BufferSize { get; set; }

    /// <summary>The trace clock; the kernel's default if not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TraceClockCompleter))]
    public string? Clock { get; set; }

    /// <summary>Outputs the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Makes a session, unless the user or <c>-WhatIf</c> said no.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="start">Makes it.</param>
    /// <param name="output">The session as an object.</param>
    private protected void Start(string name, Func<TraceSessionRequest, TraceSession> start, Func<TraceSession, object> output)
    {
        if (!ShouldProcess(MessageText.Format(ModuleMessages.SessionTarget, name), MyInvocation.MyCommand.Name))
        {
            return;
        }

        TraceSession session = start(new TraceSessionRequest
        {
            Name = name,
            Command = Acting,
            BufferSize = BufferSize > 0 ? BufferSize : null,
            Clock = Clock,
        });
        if (PassThru)
        {
            WriteObject(output(session));
        }
    }
}
