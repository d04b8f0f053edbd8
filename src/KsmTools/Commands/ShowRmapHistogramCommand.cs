using System.Management.Automation;
using KsmTools.Report;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Views;

namespace KsmTools.Commands;

/// <summary>Draws how long walks took, group by group, with characters.</summary>
[Cmdlet(VerbsCommon.Show, "RmapHistogram", DefaultParameterSetName = PathSet)]
[OutputType(typeof(string))]
public sealed class ShowRmapHistogramCommand : WalkReadingCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string InputSet = "Input";
    private const int Narrowest = 50;
    private const int Widest = 400;
    private const int DefaultWidth = 80;

    private WalkInput? _input;

    /// <summary>The traces; wildcards are resolved.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The traces, by names that are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Walks, events, statistics, benchmark results, or files of traces.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputSet)]
    [ValidateNotNull]
    public object? InputObject { get; set; }

    /// <summary>The format of traces; Auto looks at the contents.</summary>
    [Parameter]
    public TraceFormat Format { get; set; } = TraceFormat.Auto;

    /// <summary>What makes a group of walks, in any combination; None puts all walks together.</summary>
    [Parameter]
    public RmapGroupBy GroupBy { get; set; } = RmapGroupBy.PageType;

    /// <summary>Columns; else those of the terminal.</summary>
    [Parameter]
    [ValidateRange(Narrowest, Widest)]
    public int Width { get; set; }

    /// <summary>Rows that a group's histogram may have.</summary>
    [Parameter]
    [ValidateRange(2, 100)]
    public int MaximumRows { get; set; } = 16;

    /// <summary>Uses ASCII characters only.</summary>
    [Parameter]
    public SwitchParameter Ascii { get; set; }

    /// <inheritdoc/>
    protected override void Begin() => _input = new WalkInput(this, GroupBy, Format, Filter);

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                _input!.AddFiles(Path, literal: false);
                break;
            case LiteralPathSet:
                _input!.AddFiles(LiteralPath, literal: true);
                break;
            default:
                _input!.Add(InputObject!);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        bool isTerminal = MyInvocation.PipelinePosition == MyInvocation.PipelineLength && HostOutput.IsTerminal(this);
        var options = new RmapHistogramTextOptions
        {
            Width = Width > 0 ? Width : isTerminal ? HostOutput.TerminalWidth(DefaultWidth) : DefaultWidth,
            MaximumRows = MaximumRows,
            Ascii = Ascii,
        };
        bool isFirst = true;
        foreach (RmapMeasuredSet set in _input!.Sets())
        {
            if (!isFirst)
            {
                WriteObject(string.Empty);
            }

            isFirst = false;
            WriteObject(RmapHistogramText.Lines(set.Statistics, options), enumerateCollection: true);
        }
    }
}
