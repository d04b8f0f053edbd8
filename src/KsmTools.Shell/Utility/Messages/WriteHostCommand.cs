using System.Collections;
using System.Management.Automation;
using System.Text;
using System.Xml;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommunications.Write, "Host")]
public sealed class WriteHostCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromRemainingArguments = true, ValueFromPipeline = true)]
    [Alias("Msg", "Message")]
    public object? Object { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public object? Separator { get; set; } = " ";

    [Parameter]
    public ConsoleColor ForegroundColor { get; set; } = (ConsoleColor)(-1);

    [Parameter]
    public ConsoleColor BackgroundColor { get; set; } = (ConsoleColor)(-1);

    protected override void ProcessRecord()
    {
        var message = new HostInformationMessage { Message = Text(Object), NoNewLine = NoNewline };

        // A colour that nobody asked for stays unset: the terminal's own.
        if (ForegroundColor >= 0)
        {
            message.ForegroundColor = ForegroundColor;
        }

        if (BackgroundColor >= 0)
        {
            message.BackgroundColor = BackgroundColor;
        }

        WriteInformation(message, ["PSHOST"]);
    }

    private string Text(object? value)
    {
        switch (value)
        {
            case null:
                return string.Empty;
            case string text:
                return text;
            case XmlNode node:
                return node.Name;
            case IEnumerable items:
                var joined = new StringBuilder();
                bool first = true;
                foreach (object? item in items)
                {
                    joined.Append(first ? null : Separator?.ToString()).Append(Text(item));
                    first = false;
                }

                return joined.ToString();
            default:
                return value.ToString() ?? string.Empty;
        }
    }
}
