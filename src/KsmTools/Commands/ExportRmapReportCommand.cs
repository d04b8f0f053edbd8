using System.Collections;
using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Report;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Writes a report of walks in one file: distribution, percentiles, timeline, what they were taken on and what was lost.</summary>
[Cmdlet(VerbsData.Export, "RmapReport", DefaultParameterSetName = InputSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportRmapReportCommand : WalkReadingCommand
{
    private const string InputSet = "Input";
    private const string SessionSet = "Session";

    private string _path = string.Empty;
    private RmapReportFormat _kind;
    private RmapReport? _report;
    private WalkInput? _input;

    /// <summary>The file; its name ends in .html, .svg or .png.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Walks, events, statistics, benchmark results, or names of traces.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ParameterSetName = InputSet)]
    [ValidateNotNull]
    public object? InputObject { get; set; }

    /// <summary>A session whose buffers, which stay as they are, are reported.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SessionSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string? Name { get; set; }

    /// <summary>The format of traces; Auto looks at the contents.</summary>
    [Parameter(ParameterSetName = InputSet)]
    public TraceFormat Format { get; set; } = TraceFormat.Auto;

    /// <summary>What makes a group of walks, in any combination; None puts all walks together.</summary>
    [Parameter]
    public RmapGroupBy GroupBy { get; set; } = RmapGroupBy.PageType;

    /// <summary>The title.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Reverse-mapping walks";

    /// <summary>What else to say of how the walks were taken, by name.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Setting { get; set; } = new Hashtable();

    /// <summary>Says this machine's kernel, CPUs and KSM settings: the walks were taken here.</summary>
    [Parameter]
    public SwitchParameter IncludeSystem { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Outputs the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        _path = Unresolved(Path);
        _kind = System.IO.Path.GetExtension(_path).ToUpperInvariant() switch
        {
            ".HTML" or ".HTM" => RmapReportFormat.Html,
            ".SVG" => RmapReportFormat.Svg,
            ".PNG" => RmapReportFormat.Png,
            _ => throw new KsmToolsException(ErrorReason.KnobValueInvalid, Path, MessageText.Format(ModuleMessages.ReportKind, Path), ModuleMessages.ReportKindAction),
        };
        _input = new WalkInput(this, GroupBy, Format, Filter)
        {
            OnEvent = item => _report!.AddTime(item),
            OnWalk = walk => _report!.AddTime(walk),
            OnRecords = records => _report!.AddTimes(records),
            OnComplete = () => _report!.CompleteTrace(),
            OnReader = reader => ReportFacts.OfReader(_report!, reader),
            OnResult = result => ReportFacts.OfResult(_report!, result),
        };
        _report = new RmapReport(Title, GroupBy, _input.Symbols, Filter);
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == InputSet)
        {
            _input!.Add(InputObject!);
            return;
        }

        TraceSession session = Sessions.Get(SessionKind.Rmap, Name!);
        if (session.IsAggregate)
        {
            if (!Filter.IsEmpty)
            {
                throw WalkInput.StatisticsHaveNoWalks(Name!);
            }

            foreach (RmapWalkStatistics statistics in session.AggregatedWalks())
            {
                _report!.Add(new RmapMeasuredSet { Statistics = statistics });
            }
        }
        else
        {
            _input!.AddReader(() => SessionReaders.LookAtWalks(session, _input.Symbols));
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        _input!.ReadFiles();
        foreach (DictionaryEntry setting in Setting)
        {
            _report!.AddFact(setting.Key.ToString()!, LanguagePrimitives.ConvertTo<string>(setting.Value));
        }

        if (IncludeSystem || ParameterSetName == SessionSet)
        {
            ReportFacts.OfSystem(_report!, Kernel);
        }

        foreach (RmapMeasuredSet set in _input!.Sets())
        {
            _report!.Add(set);
        }

        foreach (string warning in _report!.Warnings())
        {
            WriteWarning(warning);
        }

        byte[] contents = _report!.Write(_kind);
        if (!ShouldProcess(_path, MyInvocation.MyCommand.Name))
        {
            return;
        }

        WholeFile.Write(_path, contents, Force);
        if (PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([_path], force: true, literalPath: true), enumerateCollection: true);
        }
    }
}
