using System.Management.Automation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> _lines = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    [Parameter]
    [ValidateRange(ValidateRangeKind.Positive)]
    public int Depth { get; set; } = 1024;

    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    protected override void ProcessRecord() => _lines.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_lines.Count == 0)
        {
            return;
        }

        // Either every input is JSON of its own, or all of them together are the lines of one text.
        if (_lines.Count > 1 && TryParse(_lines[0], out object? first) && first is not null)
        {
            Write(first);
            foreach (string line in _lines.Skip(1))
            {
                Write(Parse(line));
            }

            return;
        }

        Write(Parse(string.Join(Environment.NewLine, _lines)));
    }

    private bool TryParse(string text, out object? value)
    {
        try
        {
            value = Parse(text);
            return true;
        }
        catch (ArgumentException)
        {
            value = null;
            return false;
        }
    }

    private object? Parse(string text)
    {
        try
        {
            var settings = new JsonSerializerSettings
            {
                TypeNameHandling = TypeNameHandling.None,
                MetadataPropertyHandling = MetadataPropertyHandling.Ignore,
                MaxDepth = Depth,
            };
            return JsonConvert.DeserializeObject(text, settings);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"Conversion from JSON failed with error: {exception.Message}", exception);
        }
    }

    private void Write(object? value) => WriteObject(value is JToken token ? Value(token) : value, enumerateCollection: !NoEnumerate);

    private object? Value(JToken token) => token switch
    {
        JObject map => AsHashtable ? Table(map) : Custom(map),
        JArray list => list.Where(item => item.Type != JTokenType.Comment).Select(Value).ToArray(),
        JValue value => value.Value,
        _ => null,
    };

    private OrderedHashtable Table(JObject map)
    {
        var result = new OrderedHashtable();
        foreach ((string name, JToken? value) in map)
        {
            result.Add(name, value is null ? null : Value(value));
        }

        return result;
    }

    private PSObject Custom(JObject map)
    {
        var result = new PSObject(map.Count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, JToken? value) in map)
        {
            if (name.Length == 0)
            {
                Refuse(
                    "EmptyKeyInJsonString",
                    "The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch.");
            }

            if (!names.Add(name))
            {
                string known = names.First(other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
                Refuse(
                    "KeysWithDifferentCasingInJsonString",
                    $"Cannot convert the JSON string because it contains keys with different casing. Please use the -AsHashTable switch instead. The key that was attempted to be added to the existing key '{known}' was '{name}'.");
            }

            result.Properties.Add(new PSNoteProperty(name, value is null ? null : Value(value)), preValidated: true);
        }

        return result;
    }

    private void Refuse(string errorId, string message) =>
        ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(message), errorId, ErrorCategory.InvalidOperation, null));
}
