using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that read one session's events share.</summary>
public abstract class RmapSessionReadCommand : TraceSessionCommand
{
    /// <summary>The session.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public virtual string Name { get; set; } = DefaultRmapName;

    /// <summary>The session that is read.</summary>
    private protected TraceSession Session
    {
        get
        {
            TraceSession session = Sessions.Get(SessionKind.Rmap, Name);
            if (session.IsAggregate)
            {
                WriteWarning(MessageText.Format(ModuleMessages.AggregateHasNoEvents, Name, CommandText.Quote(Name)));
            }

            return session;
        }
    }
}
