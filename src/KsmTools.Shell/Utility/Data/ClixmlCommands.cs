using System.Management.Automation;
using System.Reflection;
using System.Text;
using System.Xml;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Export, "Clixml", SupportsShouldProcess = true, DefaultParameterSetName = "ByPath")]
public sealed class ExportClixmlCommand : PSCmdlet, IDisposable
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private StreamWriter? _writer;
    private XmlWriter? _xml;
    private object? _serializer;

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter(ValueFromPipeline = true, Mandatory = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    [EncodingArgument]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    protected override void BeginProcessing()
    {
        string path = LiteralPath ?? Path!;
        if (!ShouldProcess(path))
        {
            return;
        }

        _writer = FilePaths.Open(this, FilePaths.ToWrite(this, path, LiteralPath is not null), Encoding, append: false, NoClobber, Force);
        _xml = XmlWriter.Create(_writer, new XmlWriterSettings { CloseOutput = true, Encoding = Encoding, Indent = true, OmitXmlDeclaration = true });

        // The public serializer takes one object; several in one file share reference ids.
        Type type = typeof(PSObject).Assembly.GetType("System.Management.Automation.Serializer", throwOnError: true)!;
        _serializer = Depth > 0
            ? Activator.CreateInstance(type, Hidden, binder: null, [_xml, Depth, true], culture: null)
            : Activator.CreateInstance(type, Hidden, binder: null, [_xml], culture: null);
    }

    protected override void ProcessRecord() => Call("Serialize", [typeof(object)], InputObject);

    protected override void EndProcessing()
    {
        Call("Done", []);
        Dispose();
    }

    protected override void StopProcessing() => Call("Stop", []);

    public void Dispose()
    {
        _serializer = null;
        _xml?.Dispose();
        _xml = null;
        _writer?.Dispose();
        _writer = null;
    }

    private void Call(string method, Type[] types, params object?[] arguments) =>
        _serializer?.GetType().GetMethod(method, Hidden, types)!.Invoke(_serializer, arguments);
}

[Cmdlet(VerbsData.Import, "Clixml", DefaultParameterSetName = "ByPath")]
public sealed class ImportClixmlCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByPath")]
    public string[]? Path { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in LiteralPath ?? Path ?? [])
        {
            foreach (string file in FilePaths.Existing(this, path, LiteralPath is not null))
            {
                try
                {
                    foreach (object? item in PSSerializer.DeserializeAsList(File.ReadAllText(file)))
                    {
                        WriteObject(item);
                    }
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    ThrowTerminatingError(new ErrorRecord(exception, "FileOpenFailure", ErrorCategory.OpenError, path));
                }
            }
        }
    }
}
