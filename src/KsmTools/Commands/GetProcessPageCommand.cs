using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Memory;

namespace KsmTools.Commands;

/// <summary>Says where pages of a process are, what they are, and how many mappings share them.</summary>
[Cmdlet(VerbsCommon.Get, "ProcessPage")]
[OutputType(typeof(ProcessPage))]
public sealed class GetProcessPageCommand : KsmToolsCommand
{
    internal const int MostPages = 1 << 24;

    private ProcessPages? _pages;

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

    /// <summary>How many pages.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [Alias("PageCount")]
    [ValidateRange(1, MostPages)]
    public int Count { get; set; } = 1;

    /// <inheritdoc/>
    protected override void Begin() => _pages = new ProcessPages(Kernel);

    /// <inheritdoc/>
    protected override void Process()
    {
        try
        {
            foreach (ProcessPage page in _pages!.Read(Id, Address, Count, PipelineStopToken))
            {
                WriteObject(page);
            }
        }
        catch (KsmToolsException failure) when (failure.Reason is ErrorReason.ProcessNotFound or ErrorReason.AccessDenied)
        {
            WriteFailure(failure);
        }
    }
}
