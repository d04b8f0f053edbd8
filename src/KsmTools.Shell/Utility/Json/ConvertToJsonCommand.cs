using System.Management.Automation;
using KsmTools.Shell.Utility;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.ConvertTo, "Json")]
[OutputType(typeof(string))]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    private readonly List<object?> _items = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    [Parameter]
    public SwitchParameter Compress { get; set; }

    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    [Parameter]
    public SwitchParameter AsArray { get; set; }

    [Parameter]
    public StringEscapeHandling EscapeHandling { get; set; } = StringEscapeHandling.Default;

    protected override void ProcessRecord() => _items.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_items.Count == 0)
        {
            return;
        }

        object? whole = _items.Count > 1 || AsArray ? _items.ToArray() : _items[0];
        try
        {
            object? tree = new JsonTree(Depth, WriteWarning, PipelineStopToken).Convert(whole);
            var settings = new JsonSerializerSettings
            {
                TypeNameHandling = TypeNameHandling.None,
                MaxDepth = 1024,
                StringEscapeHandling = EscapeHandling,
                Formatting = Compress ? Formatting.None : Formatting.Indented,
            };
            if (EnumsAsStrings)
            {
                settings.Converters.Add(new StringEnumConverter());
            }

            WriteObject(JsonConvert.SerializeObject(tree, settings));
        }
        catch (NonStringKeyException exception)
        {
            ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(exception.Message), "NonStringKeyInDictionary", ErrorCategory.InvalidOperation, exception.Table));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: there is nobody to read the rest.
        }
    }
}
