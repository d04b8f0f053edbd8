using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Net;
using System.Security;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Host")]
[OutputType(typeof(PSHost))]
public sealed class GetHostCommand : PSCmdlet
{
    protected override void BeginProcessing() => WriteObject(Host);
}

[Cmdlet(VerbsCommunications.Read, "Host", DefaultParameterSetName = "AsString")]
[OutputType(typeof(string), typeof(SecureString))]
public sealed class ReadHostCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    [AllowNull]
    public object? Prompt { get; set; }

    [Parameter(ParameterSetName = "AsSecureString")]
    public SwitchParameter AsSecureString { get; set; }

    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter MaskInput { get; set; }

    protected override void BeginProcessing()
    {
        bool secret = AsSecureString || MaskInput;
        if (Prompt is null)
        {
            Write(secret ? Host.UI.ReadLineAsSecureString() : Host.UI.ReadLine());
            return;
        }

        IEnumerable? words = LanguagePrimitives.GetEnumerable(Prompt);
        string text = words is null
            ? Text(Prompt)
            : string.Join(' ', words.Cast<object?>().Select(Text).Where(word => word.Length > 0));
        var field = new FieldDescription(text);
        field.SetParameterType(secret ? typeof(SecureString) : typeof(string));
        foreach (PSObject answer in Host.UI.Prompt(string.Empty, string.Empty, new Collection<FieldDescription> { field }).Values)
        {
            Write(answer.BaseObject);
        }
    }

    private static string Text(object? value) => LanguagePrimitives.ConvertTo(value, typeof(string), CultureInfo.InvariantCulture) as string ?? string.Empty;

    private void Write(object? answer) =>
        WriteObject(MaskInput && answer is SecureString secret ? new NetworkCredential(string.Empty, secret).Password : answer);
}

[Cmdlet(VerbsLifecycle.Invoke, "Expression")]
public sealed class InvokeExpressionCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateTrustedData]
    public string Command { get; set; } = string.Empty;

    protected override void ProcessRecord()
    {
        ScriptBlock block = InvokeCommand.NewScriptBlock(Command);

        // Stepping streams the output and keeps the caller's scope.
        using SteppablePipeline pipeline = ScriptBlock.Create("param($block) . $block").GetSteppablePipeline(CommandOrigin.Internal, [block]);
        pipeline.Begin(this);
        pipeline.Process();
        pipeline.End();
    }
}
