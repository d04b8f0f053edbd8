using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing;

namespace KsmTools.Commands;

/// <summary>Reads the rmap events, or with -AsWalk the walks, of traces.</summary>
[Cmdlet(VerbsData.Import, "RmapTrace", DefaultParameterSetName = PathSet)]
[OutputType(typeof(RmapEvent), typeof(RmapWalk))]
public sealed class ImportRmapTraceCommand : KsmToolsCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The traces; wildcards are resolved.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
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

    /// <summary>Pairs the events and writes walks.</summary>
    [Parameter]
    public SwitchParameter AsWalk { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        bool literal = ParameterSetName == LiteralPathSet;
        foreach (string file in TracePaths.Resolve(this, literal ? LiteralPath : Path, literal))
        {
            try
            {
                using IRmapReader reader = TraceReaders.Open(file, Format);
                var output = new RmapOutput(this, reader);
                if (AsWalk)
                {
                    output.WriteWalks(PipelineStopToken);
                }
                else
                {
                    output.WriteEvents(PipelineStopToken);
                }
            }
            catch (KsmToolsException failure)
            {
                WriteFailure(failure);
            }
        }
    }
}
