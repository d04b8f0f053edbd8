using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Unique", DefaultParameterSetName = "AsString")]
public sealed class GetUniqueCommand : PSCmdlet
{
    private PSObject? _last;

    [Parameter(ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = AutomationNull.Value;

    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter AsString { get; set; }

    [Parameter(ParameterSetName = "UniqueByType")]
    public SwitchParameter OnType { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value || (_last is not null && IsRepeat(_last)))
        {
            return;
        }

        WriteObject(InputObject);
        _last = InputObject;
    }

    private bool IsRepeat(PSObject last)
    {
        if (OnType)
        {
            return InputObject.TypeNames[0] == last.TypeNames[0];
        }

        return AsString
            ? string.Equals(
                InputObject.ToString(), last.ToString(),
                CaseInsensitive ? StringComparison.CurrentCultureIgnoreCase : StringComparison.CurrentCulture)
            : new KeyComparer(ascending: true, CultureInfo.CurrentCulture, !CaseInsensitive).Compare(InputObject, last) == 0;
    }
}
