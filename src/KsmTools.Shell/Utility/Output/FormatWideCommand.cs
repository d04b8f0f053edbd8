using System.Management.Automation;
using KsmTools.Shell.Utility;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Format, "Wide")]
public sealed class FormatWideCommand : FrontEndCommandBase
{
    private bool? _autoSize;
    private int? _column;

    public FormatWideCommand() => EngineFormatting.UseShape(this, "Wide");

    [Parameter(Position = 0)]
    public object? Property { get; set; }

    [Parameter]
    public SwitchParameter AutoSize
    {
        get => _autoSize ?? false;
        set => _autoSize = value;
    }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Column
    {
        get => _column ?? -1;
        set => _column = value;
    }

    [Parameter]
    public object? GroupBy { get; set; }

    [Parameter]
    public string? View { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void BeginProcessing()
    {
        object parameters = EngineFormatting.Create("FormattingCommandLineParameters");
        if (Property is not null)
        {
            EngineFormatting.Set(parameters, "mshParameterList", EngineFormatting.Properties(this, "FormatWideParameterDefinition", [Property]));
            if (!string.IsNullOrEmpty(View))
            {
                Refuse("FormatCannotSpecifyViewAndProperty", "The View parameter cannot be used along with the Property parameter.");
            }
        }

        if (AutoSize && _column is not null)
        {
            Refuse("FormatCannotSpecifyAutosizeAndColumns", "Cmdlet parameters AutoSize and Column are mutually exclusive.");
        }

        if (GroupBy is not null
            && EngineFormatting.Properties(this, "FormatGroupByParameterDefinition", [GroupBy]) is System.Collections.IList { Count: > 0 } groups)
        {
            EngineFormatting.Set(parameters, "groupByParameter", groups[0]);
        }

        EngineFormatting.Set(parameters, "viewName", View);
        EngineFormatting.Set(parameters, "forceFormattingAlsoOnOutOfBand", Force.IsPresent);
        EngineFormatting.Set(parameters, "autosize", _autoSize);
        object wide = EngineFormatting.Create("WideSpecificParameters");
        EngineFormatting.Set(wide, "columns", _column);
        EngineFormatting.Set(parameters, "shapeParameters", wide);
        EngineFormatting.SetParameters(this, parameters);
        base.BeginProcessing();
    }

    private void Refuse(string errorId, string message) =>
        ThrowTerminatingError(new ErrorRecord(new InvalidDataException(message), errorId, ErrorCategory.InvalidArgument, null));
}
