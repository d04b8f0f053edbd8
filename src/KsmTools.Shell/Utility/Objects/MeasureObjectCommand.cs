using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsDiagnostic.Measure, "Object", DefaultParameterSetName = GenericSet)]
[OutputType(typeof(GenericMeasureInfo), typeof(TextMeasureInfo), typeof(GenericObjectMeasureInfo))]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private const string GenericSet = "GenericMeasure";
    private const string TextSet = "TextMeasure";

    private readonly Dictionary<string, Measured> _measured = new(StringComparer.OrdinalIgnoreCase);
    private readonly Measured _itself = new();
    private (PSPropertyExpression Expression, PropertyReader? Reader, Measured? Target)[] _properties = [];
    private bool _numbers;
    private bool _text;
    private bool _failed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public PSPropertyExpression[]? Property { get; set; }

    [Parameter(ParameterSetName = GenericSet)]
    public SwitchParameter StandardDeviation { get; set; }

    [Parameter(ParameterSetName = GenericSet)]
    public SwitchParameter Sum { get; set; }

    [Parameter(ParameterSetName = GenericSet)]
    public SwitchParameter AllStats { get; set; }

    [Parameter(ParameterSetName = GenericSet)]
    public SwitchParameter Average { get; set; }

    [Parameter(ParameterSetName = GenericSet)]
    public SwitchParameter Maximum { get; set; }

    [Parameter(ParameterSetName = GenericSet)]
    public SwitchParameter Minimum { get; set; }

    [Parameter(ParameterSetName = TextSet)]
    public SwitchParameter Line { get; set; }

    [Parameter(ParameterSetName = TextSet)]
    public SwitchParameter Word { get; set; }

    [Parameter(ParameterSetName = TextSet)]
    public SwitchParameter Character { get; set; }

    [Parameter(ParameterSetName = TextSet)]
    public SwitchParameter IgnoreWhiteSpace { get; set; }

    protected override void BeginProcessing()
    {
        if (AllStats)
        {
            Sum = StandardDeviation = Average = Maximum = Minimum = true;
        }

        _numbers = Sum || Average || StandardDeviation;
        _text = Line || Word || Character;
        _properties =
        [
            .. (Property ?? []).Select(expression =>
                (expression, expression.HasWildCardCharacters ? null : new PropertyReader(expression), (Measured?)null)),
        ];
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        if (Property is null)
        {
            Add(_itself, InputObject.BaseObject);
            return;
        }

        HashSet<string>? seen = _properties.Length > 1 ? new HashSet<string>(StringComparer.OrdinalIgnoreCase) : null;
        for (int i = 0; i < _properties.Length; i++)
        {
            ref (PSPropertyExpression Expression, PropertyReader? Reader, Measured? Target) property = ref _properties[i];
            if (property.Reader is null)
            {
                AddMatching(property.Expression, seen);
                continue;
            }

            property.Target ??= Target(property.Expression.ToString());
            if (seen?.Add(property.Expression.ToString()) != false && property.Reader.TryRead(InputObject, out object? value, out _))
            {
                Add(property.Target, value);
            }
        }
    }

    protected override void EndProcessing()
    {
        if (Property is null)
        {
            WriteObject(Result(_itself));
            return;
        }

        foreach ((string name, Measured measured) in _measured)
        {
            if (measured.Count > 0)
            {
                MeasureInfo result = Result(measured);
                result.Property = name;
                WriteObject(result);
            }
        }
    }

    private Measured Target(string name)
    {
        if (!_measured.TryGetValue(name, out Measured? measured))
        {
            measured = new Measured();
            _measured.Add(name, measured);
        }

        return measured;
    }

    private void AddMatching(PSPropertyExpression pattern, HashSet<string>? seen)
    {
        foreach (PSPropertyExpression resolved in pattern.ResolveNames(InputObject))
        {
            string name = resolved.ToString();
            if (seen?.Add(name) != false && resolved.GetValues(InputObject) is [PSPropertyExpressionResult first, ..])
            {
                Add(Target(name), first.Result);
            }
        }
    }

    private void Add(Measured measured, object? value)
    {
        measured.Count++;
        if (_text)
        {
            measured.AddText(value?.ToString() ?? string.Empty, Line, Word, Character, IgnoreWhiteSpace);
        }

        if (_numbers)
        {
            if (!TryNumber(value, out double number))
            {
                _failed = true;
                WriteError(new ErrorRecord(
                    new PSInvalidOperationException($"Input object \"{value}\" is not numeric."),
                    "NonNumericInputObject", ErrorCategory.InvalidType, value));
                return;
            }

            measured.AddNumber(number, StandardDeviation);
        }

        if (Minimum)
        {
            measured.Minimum = Better(value, measured.Minimum, smaller: true);
        }

        if (Maximum)
        {
            measured.Maximum = Better(value, measured.Maximum, smaller: false);
        }
    }

    private static bool TryNumber(object? value, out double number)
    {
        switch (value)
        {
            case double real:
                number = real;
                return true;
            case long whole:
                number = whole;
                return true;
            case int whole:
                number = whole;
                return true;
            default:
                return LanguagePrimitives.TryConvertTo(value, out number);
        }
    }

    private static object? Better(object? value, object? best, bool smaller)
    {
        object? left = value is not null && TryNumber(value, out double number) ? number : value;
        object? right = best is not null && TryNumber(best, out number) ? number : best;
        if (left is not null && right is not null && left.GetType() != right.GetType())
        {
            left = PSObject.AsPSObject(left).ToString();
            right = PSObject.AsPSObject(right).ToString();
        }

        if (right is null)
        {
            return value;
        }

        int order = left is double a && right is double b
            ? b.CompareTo(a)
            : LanguagePrimitives.Compare(right, left, ignoreCase: false, CultureInfo.CurrentCulture);
        return (smaller ? order : -order) > 0 ? value : best;
    }

    private MeasureInfo Result(Measured measured)
    {
        if (ParameterSetName == TextSet)
        {
            return new TextMeasureInfo
            {
                Lines = Line ? measured.Lines : null,
                Words = Word ? measured.Words : null,
                Characters = Character ? measured.Characters : null,
            };
        }

        double? sum = Sum && !_failed ? measured.Sum : null;
        double? average = Average && !_failed && measured.Count > 0 ? measured.Sum / measured.Count : null;
        double? deviation = StandardDeviation && !_failed ? Math.Sqrt(measured.Variance) : null;
        double minimum = 0;
        double maximum = 0;
        if ((measured.Minimum is null || TryNumber(measured.Minimum, out minimum)) && (measured.Maximum is null || TryNumber(measured.Maximum, out maximum)))
        {
            return new GenericMeasureInfo
            {
                Count = measured.Count,
                Sum = sum,
                Average = average,
                StandardDeviation = deviation,
                Maximum = measured.Maximum is null ? null : maximum,
                Minimum = measured.Minimum is null ? null : minimum,
            };
        }

        return new GenericObjectMeasureInfo
        {
            Count = measured.Count,
            Sum = sum,
            Average = average,
            Maximum = measured.Maximum,
            Minimum = measured.Minimum,
        };
    }
}
