using System.Management.Automation;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

/// <summary>What ConvertTo-Csv and Export-Csv share.</summary>
public abstract class BaseCsvWritingCommand : PSCmdlet
{
    private CsvWriter _writer = null!;
    private bool _started;

    /// <summary>When values are quoted.</summary>
    public enum QuoteKind
    {
        Never,
        Always,
        AsNeeded,
    }

    [Parameter(Position = 1)]
    [ValidateNotNull]
    public char Delimiter { get; set; }

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    [Alias("ITI")]
    public SwitchParameter IncludeTypeInformation { get; set; }

    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; } = true;

    [Parameter]
    [Alias("QF")]
    public string[]? QuoteFields { get; set; }

    [Parameter]
    [Alias("UQ")]
    public QuoteKind UseQuotes { get; set; } = QuoteKind.Always;

    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    private protected IList<string>? Columns { get; set; }

    protected override void BeginProcessing()
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(QuoteFields)) && MyInvocation.BoundParameters.ContainsKey(nameof(UseQuotes)))
        {
            Refuse("CannotSpecifyQuoteFieldsAndUseQuotes", "You must specify either the -UseQuotes or -QuoteFields parameters, but not both.");
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(IncludeTypeInformation)) && MyInvocation.BoundParameters.ContainsKey(nameof(NoTypeInformation)))
        {
            Refuse(
                "CannotSpecifyIncludeTypeInformationAndNoTypeInformation",
                "You must specify either the -IncludeTypeInformation or -NoTypeInformation parameters, but not both.");
        }

        _writer = new CsvWriter(CsvDelimiter.Of(Delimiter, UseCulture), UseQuotes, QuoteFields);
    }

    private protected void Refuse(string errorId, string message) =>
        ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(message), errorId, ErrorCategory.InvalidData, null));

    /// <summary>The lines that an object gives: before the first, the header.</summary>
    private protected IEnumerable<string> LinesOf(PSObject item, bool header)
    {
        if (!_started)
        {
            _started = true;
            Columns ??= CsvWriter.Columns(item);
            if (IncludeTypeInformation)
            {
                yield return CsvWriter.TypeLine(item);
            }

            if (header && !NoHeader)
            {
                yield return _writer.Header(Columns);
            }
        }

        yield return _writer.Line(item, Columns!);
    }
}

[Cmdlet(VerbsData.ConvertTo, "Csv")]
[OutputType(typeof(string))]
public sealed class ConvertToCsvCommand : BaseCsvWritingCommand
{
    [Parameter(ValueFromPipeline = true, Mandatory = true, Position = 0)]
    public PSObject? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            WriteObject(LinesOf(InputObject, header: true), enumerateCollection: true);
        }
    }
}
