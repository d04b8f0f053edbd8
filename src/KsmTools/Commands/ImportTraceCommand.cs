using System.Management.Automation;
using KsmTools.Errors;
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
        foreach (IReadOnlyList<string> timeline in TraceTimelines.Of(_files, Format))
        {
            try
            {
                Import(timeline);
            }
            catch (KsmToolsException failure)
            {
                WriteFailure(failure);
            }
        }
    }

    /// <summary>Reads traces of one clock and writes what is in them.</summary>
    /// <param name="files">The traces.</param>
    private protected abstract void Import(IReadOnlyList<string> files);
}
