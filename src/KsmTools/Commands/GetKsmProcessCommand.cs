using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Interop;
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
    private int _deniedCount;
    private int _firstDenied;

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
    protected override void Begin() => _reader = new KsmProcessReader(Kernel);

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
        if (_deniedCount > 0)
        {
            WriteFailure(_reader!.Denied(_firstDenied, _deniedCount));
        }
    }

    private void WriteOne(int id)
    {
        Errno errno = _reader!.TryRead(id, out KsmProcess? process);
        switch (errno)
        {
            case Errno.None:
                WriteObject(process);
                break;
            case Errno.EACCES or Errno.EPERM:
                Deny(id);
                break;
            case Errno.ESRCH:
                WriteFailure(_reader.FailureOf(errno, id));
                break;
            default:
                throw _reader.FailureOf(errno, id);
        }
    }

    private void WriteNamed()
    {
        var patterns = new NamePatterns(Name);
        foreach (KsmProcess process in _reader!.ReadAll(id => DenyNamed(id, patterns)))
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

    private void DenyNamed(int id, NamePatterns patterns)
    {
        // The name of another user's process can be read even where its counters cannot.
        if (patterns.IsEmpty || patterns.IsMatch(_reader!.ReadName(id)))
        {
            Deny(id);
        }
    }

    private void Deny(int id)
    {
        _firstDenied = _deniedCount == 0 ? id : _firstDenied;
        _deniedCount++;
    }
}
