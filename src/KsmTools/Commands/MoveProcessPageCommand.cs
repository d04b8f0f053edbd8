using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Memory;

namespace KsmTools.Commands;

/// <summary>Moves pages of a process to a NUMA node, and checks that they are there.</summary>
[Cmdlet(VerbsCommon.Move, "ProcessPage", SupportsShouldProcess = true)]
[OutputType(typeof(PageMoveResult))]
public sealed class MoveProcessPageCommand : KsmToolsCommand
{
    private PageMover? _mover;

    /// <summary>The process.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessId", "PID")]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(KsmProcessIdCompleter))]
    public int Id { get; set; }

    /// <summary>The address of any byte of the first page.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, long.MaxValue)]
    public long Address { get; set; }

    /// <summary>The node to move them to.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ArgumentCompleter(typeof(MemoryNodeCompleter))]
    public int Node { get; set; }

    /// <summary>How many pages.</summary>
    [Parameter(Position = 3, ValueFromPipelineByPropertyName = true)]
    [Alias("PageCount")]
    [ValidateRange(1, GetProcessPageCommand.MostPages)]
    public int Count { get; set; } = 1;

    /// <inheritdoc/>
    protected override void Begin()
    {
        _mover = new PageMover(Kernel);
        _mover.Check(Node);
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        try
        {
            if (ShouldProcess(MessageText.Format(ModuleMessages.PagesTarget, Count, Id, Address), MessageText.Format(ModuleMessages.MovePagesAction, Node)))
            {
                Move();
            }
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.ProcessNotFound)
        {
            WriteFailure(failure);
        }
    }

    private void Move()
    {
        const int ShowEvery = 512;
        var progress = new ProgressRecord(0, MyInvocation.MyCommand.Name, " ");
        var results = new List<PageMoveResult>();
        foreach (PageMoveResult result in _mover!.Move(Id, Address, Count, Node, PipelineStopToken))
        {
            WriteObject(result);
            results.Add(result);
            if (results.Count % ShowEvery == 0)
            {
                progress.StatusDescription = MessageText.Format(ModuleMessages.MoveProgress, results.Count, Count);
                progress.PercentComplete = (int)(100L * results.Count / Count);
                WriteProgress(progress);
            }
        }

        if (_mover.RemarkOn(results) is { } remark)
        {
            WriteWarning(remark);
        }

        if (_mover.FailureOf(results) is { } failure)
        {
            WriteFailure(failure);
        }
    }
}
