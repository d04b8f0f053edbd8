using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that make objects of traces share.</summary>
public abstract class ImportTraceCommand : TraceReadingCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<string> _files = [];

    /// <summary>The traces; wildcards are resolved.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The traces, by names that are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The format; Auto looks at the contents.</summary>
    [Parameter]
    public TraceFormat Format { get; set; } = TraceFormat.Auto;

    /// <inheritdoc/>
    protected override void Process()
    {
        bool literal = ParameterSetName == LiteralPathSet;
        _files.AddRange(TracePaths.Resolve(this, literal ? LiteralPath : Path, literal));
    }

    // Only once all files are known is it known which of them are one timeline.
    /// <inheritdoc/>
    protected override void End()
    {
        foreach (TraceTimeline timeline in new TraceTimelines(Format, Open).Of(_files, PipelineStopToken))
        {
            try
            {
                using ITraceReader reader = timeline.Open();
                Write(reader, timeline.Paths);
            }
            catch (KsmToolsException failure)
            {
                WriteFailure(failure);
            }
        }
    }

    /// <summary>Opens a trace.</summary>
    /// <param name="file">The trace.</param>
    /// <param name="symbols">The table that it is to use.</param>
    private protected abstract ITraceReader Open(string file, SymbolTable symbols);

    /// <summary>Writes what is in a trace, or in several of one clock.</summary>
    /// <param name="reader">The trace.</param>
    /// <param name="files">Its files.</param>
    private protected abstract void Write(ITraceReader reader, IReadOnlyList<string> files);
}
