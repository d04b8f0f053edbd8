using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Says what KSM does for each process.</summary>
[Cmdlet(VerbsCommon.Get, "KsmProcess", DefaultParameterSetName = NameSet)]
[OutputType(typeof(KsmProcess))]
public sealed class GetKsmProcessCommand : KsmToolsCommand
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";

    private KsmProcessReader? _reader;
    private KsmUnreadProcesses? _unread;

    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KsmProcessNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Process ids.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [RefuseNull]
    [Alias("ProcessId", "PID")]
    [ArgumentCompleter(typeof(KsmProcessIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Processes that do not use KSM, too.</summary>
    [Parameter(ParameterSetName = NameSet)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        _reader = new KsmProcessReader(Kernel);
        _reader.RequireKsm();
        _unread = new KsmUnreadProcesses(_reader);
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == NameSet)
        {
            WriteNamed();
            return;
        }

        foreach (int id in Id)
        {
            WriteOne(id);
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_unread!.Lacking is { } lacking)
        {
            WriteWarning(lacking.Message);
        }

        foreach (KsmToolsException failure in _unread.Failures)
        {
            WriteFailure(failure);
        }
    }

    private void WriteOne(int id)
    {
        switch (_reader!.Find(id, out KsmProcess? process))
        {
            case null:
                WriteObject(process);
                break;
            case { Reason: ErrorReason.AccessDenied } failure:
                _unread!.Add(id, failure);
                break;
            case { Reason: ErrorReason.KsmNotSupported } failure:
                throw failure;
            case var failure:
                WriteFailure(failure);
                break;
        }
    }

    private void WriteNamed()
    {
        var patterns = new NamePatterns(Name);
        foreach (KsmProcess process in _reader!.ReadAll((id, failure) => LeaveOut(id, failure, patterns)))
        {
            PipelineStopToken.ThrowIfCancellationRequested();
            bool wanted = patterns.IsEmpty ? process.UsesKsm() || (All && process.HasMemory()) : patterns.IsMatch(process.Name);
            if (wanted)
            {
                WriteObject(process);
            }
        }

        if (patterns.MayMatchSeveral && _reader.HiddenRemark is { } remark)
        {
            WriteWarning(remark);
        }

        foreach (string name in patterns.NotFound)
        {
            WriteFailure(_reader.NotFound(name));
        }
    }

    private void LeaveOut(int id, KsmToolsException failure, NamePatterns patterns)
    {
        // The name of a process can be read even where its counters cannot.
        if (patterns.IsEmpty || patterns.IsMatch(_reader!.ReadName(id)))
        {
            _unread!.Add(id, failure);
        }
    }
}
