using System.Management.Automation;
using System.Text;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet("Tee", "Object", DefaultParameterSetName = "File")]
public sealed class TeeObjectCommand : PSCmdlet, IDisposable
{
    private readonly List<PSObject> _kept = [];
    private SteppablePipeline? _file;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File")]
    [Alias("Path")]
    public string? FilePath { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralFile")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter(ParameterSetName = "File")]
    public SwitchParameter Append { get; set; }

    [Parameter(ParameterSetName = "File")]
    [Parameter(ParameterSetName = "LiteralFile")]
    [EncodingArgument]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    [Parameter(Mandatory = true, ParameterSetName = "Variable")]
    public string? Variable { get; set; }

    protected override void BeginProcessing()
    {
        if (Variable is not null)
        {
            return;
        }

        var arguments = new System.Collections.Hashtable { ["Encoding"] = Encoding };
        if (LiteralPath is not null)
        {
            arguments["LiteralPath"] = LiteralPath;
        }
        else
        {
            arguments["FilePath"] = FilePath;
            arguments["Append"] = Append;
        }

        _file = ScriptBlock.Create("param($arguments) Out-File @arguments").GetSteppablePipeline(CommandOrigin.Internal, [arguments]);
        _file.Begin(expectInput: true);
    }

    protected override void ProcessRecord()
    {
        if (_file is null)
        {
            _kept.Add(InputObject!);
        }
        else
        {
            _file.Process(InputObject);
        }

        WriteObject(InputObject);
    }

    protected override void EndProcessing()
    {
        _file?.End();
        if (Variable is not null)
        {
            SessionState.PSVariable.Set(Variable, _kept.Count == 1 ? _kept[0] : _kept.ToArray());
        }
    }

    public void Dispose() => _file?.Dispose();
}
