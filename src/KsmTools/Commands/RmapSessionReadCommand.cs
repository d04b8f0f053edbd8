using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that read one session's events share.</summary>
public abstract class RmapSessionReadCommand : TraceReadingCommand
{
    /// <summary>The session.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string Name { get; set; } = DefaultRmapName;

    /// <summary>The session that is read.</summary>
    private protected TraceSession Session => RmapSession(Name);
}
