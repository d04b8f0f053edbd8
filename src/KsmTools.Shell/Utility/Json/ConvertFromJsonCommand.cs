using System.Globalization;
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
        if (_lines.Count > 1 && TryParse(_lines[0], out JToken? first) && first is not null)
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

    private bool TryParse(string text, out JToken? token)
    {
        try
        {
            token = Parse(text);
            return true;
        }
        catch (ArgumentException)
        {
            token = null;
            return false;
        }
    }

    private JToken? Parse(string text)
    {
        try
        {
            // Text that begins as an array or object must be all of it.
            using var reader = new JsonTextReader(new StringReader(text)) { MaxDepth = Depth, DateParseHandling = DateParseHandling.DateTime };
            if (!reader.Read())
            {
                return null;
            }

            JToken token = JToken.ReadFrom(reader, new JsonLoadSettings { DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Replace });
            while (reader.Read())
            {
                if (reader.TokenType != JsonToken.Comment)
                {
                    throw new JsonReaderException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"Additional text encountered after finished reading JSON content: {reader.Value}. Path '{reader.Path}', line {reader.LineNumber}, position {reader.LinePosition}."));
                }
            }

            return token;
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"Conversion from JSON failed with error: {exception.Message}", exception);
        }
    }

    private void Write(JToken? token)
    {
        if (token is not null)
        {
            WriteObject(Value(token), enumerateCollection: !NoEnumerate);
        }
    }

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
                    $"The JSON string contains keys with different casing, '{known}' and '{name}'. Use the -AsHashTable switch instead.");
            }

            result.Properties.Add(new PSNoteProperty(name, value is null ? null : Value(value)), preValidated: true);
        }

        return result;
    }

    private void Refuse(string errorId, string message) =>
        ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(message), errorId, ErrorCategory.InvalidOperation, null));
}
