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
                Import(reader);
            }
            catch (KsmToolsException failure)
            {
                WriteFailure(failure);
            }
        }
    }

    private void Import(IRmapReader reader)
    {
        var report = new TraceReport(this, reader);
        var objects = new RecordObjects(reader.Symbols);
        var pairer = new RmapWalkPairer<WalkWriter>(new WalkWriter(this, objects));
        var lost = new LostBefore();
        bool hasTicks = false;
        while (reader.Read(out ReadOnlySpan<RmapRecord> records, PipelineStopToken))
        {
            report.Progress();
            foreach (ref readonly RmapRecord record in records)
            {
                if (record.Kind == RmapRecordKind.Lost)
                {
                    report.Lost(Math.Max(1, record.LostCount), record.LostCount <= 0);
                    lost.Add(record);
                    continue;
                }

                hasTicks |= record.TimeUnit == RmapTimeUnit.Ticks;
                if (!AsWalk)
                {
                    WriteObject(objects.Event(record, lost.Count, lost.Cpu));
                    lost = new LostBefore();
                }
            }

            if (AsWalk)
            {
                pairer.Pair(records);
            }
        }

        pairer.Complete();
        report.Finish(hasTicks);
        TraceReport.Unmatched(this, pairer.UnmatchedStarts, pairer.UnmatchedEnds);
    }

    private struct LostBefore
    {
        public long Count;
        public int? Cpu;

        public void Add(in RmapRecord record)
        {
            int? cpu = record.Cpu == RmapRecord.AnyCpu ? null : record.Cpu;
            Cpu = Count == 0 || Cpu == cpu ? cpu : null;
            Count += Math.Max(1, record.LostCount);
        }
    }
}
