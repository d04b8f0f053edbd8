using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that read traces, of files or of sessions, share: which events of them are wanted.</summary>
public abstract class TraceReadingCommand : TraceSessionCommand
{
    private RecordFilter? _filter;

    /// <summary>Only events of these threads.</summary>
    [Parameter]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public int[] ThreadId { get; set; } = [];

    /// <summary>Only events of threads of these names; wildcards are resolved.</summary>
    [Parameter]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Command { get; set; } = [];

    /// <summary>Only events of these CPUs; a walk is of the CPU that it began on.</summary>
    [Parameter]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public int[] Cpu { get; set; } = [];

    /// <summary>Only events from this time of the trace's clock on: nanoseconds, a TimeSpan, or a text such as 38.5s; of walks, those that began then or later.</summary>
    [Parameter]
    [RefuseNull]
    [TraceTime]
    public long? After { get; set; }

    /// <summary>Only events before this time of the trace's clock; of walks, those that began before it.</summary>
    [Parameter]
    [RefuseNull]
    [TraceTime]
    public long? Before { get; set; }

    /// <summary>Which events are wanted.</summary>
    private protected RecordFilter Filter => _filter ??= new RecordFilter
    {
        ThreadIds = ThreadId,
        Cpus = Cpu,
        Command = Command.Length == 0 ? null : new NamePatterns(Command).IsMatch,
        After = After,
        Before = Before,
        MinimumDuration = LeastDuration,
    };

    /// <summary>The shortest walk that is wanted, in nanoseconds; null for any.</summary>
    private protected virtual long? LeastDuration => null;
}
