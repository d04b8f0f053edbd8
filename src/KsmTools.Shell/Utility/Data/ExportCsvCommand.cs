using System.Management.Automation;
using System.Text;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true)]
public sealed class ExportCsvCommand : BaseCsvWritingCommand, IDisposable
{
    private StreamWriter? _writer;
    private bool _header = true;

    [Parameter(ValueFromPipeline = true, Mandatory = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    [EncodingArgument]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    [Parameter]
    public SwitchParameter Append { get; set; }

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if ((Path is null) == (LiteralPath is null))
        {
            Refuse("CannotSpecifyPathAndLiteralPath", "You must specify either the -Path or -LiteralPath parameters, but not both.");
        }

        string path = LiteralPath ?? Path!;
        if (!ShouldProcess(path))
        {
            return;
        }

        string file = FilePaths.ToWrite(this, path, LiteralPath is not null);
        if (Append && File.Exists(file) && new FileInfo(file).Length > 0)
        {
            // The columns of the file stay as they are.
            using var reader = new StreamReader(file, Encoding);
            Columns = new CsvReader(reader, CsvDelimiter.Of(Delimiter, UseCulture)).ReadHeader();
            _header = Columns is null;
            IncludeTypeInformation = false;
        }

        _writer = FilePaths.Open(this, file, Encoding, Append, NoClobber, Force);
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null || _writer is null)
        {
            return;
        }

        if (!_header && !Force && Columns!.FirstOrDefault(column => InputObject.Properties[column] is null) is string missing)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException(
                    $"Cannot append CSV content to the following file: {LiteralPath ?? Path}. The appended object does not have a property that corresponds to the following column: {missing}. To continue with mismatched properties, add the -Force parameter, and then retry the command."),
                "CannotAppendCsvWithMismatchedPropertyNames", ErrorCategory.InvalidData, missing));
        }

        foreach (string line in LinesOf(InputObject, _header))
        {
            _writer.WriteLine(line);
        }
    }

    protected override void EndProcessing() => Dispose();

    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
