using System.Management.Automation;
using System.Management.Automation.Language;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Import, "PowerShellDataFile", DefaultParameterSetName = "ByPath")]
public sealed class ImportPowerShellDataFileCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath")]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter SkipLimitCheck { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in LiteralPath ?? Path ?? [])
        {
            foreach (string file in FilePaths.Existing(this, path, LiteralPath is not null))
            {
                Import(path, file);
            }
        }
    }

    private void Import(string path, string file)
    {
        try
        {
            ScriptBlockAst script = Parser.ParseFile(file, out _, out ParseError[] errors);
            if (errors.Length > 0)
            {
                Fail(new InvalidOperationException($"The file '{path}' could not be parsed as a PowerShell Data File."), "CouldNotParseAsPowerShellDataFile", path);
                return;
            }

            if (script.Find(node => node is HashtableAst, searchNestedScriptBlocks: false) is not HashtableAst table)
            {
                Fail(
                    new InvalidOperationException($"The file '{path}' could not be parsed as a PowerShell Data File."),
                    "CouldNotParseAsPowerShellDataFileNoHashtableRoot", path);
                return;
            }

            WriteObject(table.SafeGetValue(SkipLimitCheck));
        }
        catch (InvalidOperationException exception)
        {
            Fail(exception, "CouldNotParseAsPowerShellDataFile", path);
        }
    }

    private void Fail(Exception exception, string errorId, string path) =>
        WriteError(new ErrorRecord(exception, errorId, ErrorCategory.InvalidData, path));
}
