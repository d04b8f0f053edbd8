using System.Management.Automation;
using System.Text;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

/// <summary>What ConvertFrom-Csv and Import-Csv share.</summary>
public abstract class BaseCsvReadingCommand : PSCmdlet
{
    private bool _warned;

    [Parameter(Position = 1)]
    [ValidateNotNull]
    public char Delimiter { get; set; }

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Header { get; set; }

    private protected void Read(TextReader text)
    {
        var reader = new CsvReader(text, CsvDelimiter.Of(Delimiter, UseCulture));
        if (Header is not null)
        {
            reader.ReadType();
        }

        IList<string>? columns = Header ?? reader.ReadHeader();
        if (columns is null)
        {
            return;
        }

        foreach (PSObject item in reader.ReadObjects(columns))
        {
            if (reader.NamedColumns && !_warned)
            {
                _warned = true;
                WriteWarning("One or more headers were not specified. Default names starting with \"H\" have been used in place of any missing headers.");
            }

            WriteObject(item);
        }
    }
}

[Cmdlet(VerbsData.ConvertFrom, "Csv")]
public sealed class ConvertFromCsvCommand : BaseCsvReadingCommand
{
    private readonly List<string> _lines = [];

    [Parameter(ValueFromPipeline = true, Mandatory = true, Position = 0)]
    [ValidateNotNull]
    [AllowEmptyString]
    public PSObject[] InputObject { get; set; } = [];

    protected override void ProcessRecord() => _lines.AddRange(InputObject.Select(item => item?.ToString() ?? string.Empty));

    protected override void EndProcessing()
    {
        using var text = new StringReader(string.Join('\n', _lines));
        Read(text);
    }
}

[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
public sealed class ImportCsvCommand : BaseCsvReadingCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Path", Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter]
    [EncodingArgument]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    protected override void ProcessRecord()
    {
        foreach (string path in LiteralPath ?? Path ?? [])
        {
            foreach (string file in FilePaths.Existing(this, path, LiteralPath is not null))
            {
                try
                {
                    using var reader = new StreamReader(file, Encoding);
                    Read(reader);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    ThrowTerminatingError(new ErrorRecord(exception, "FileOpenFailure", ErrorCategory.OpenError, path));
                }
            }
        }
    }
}
