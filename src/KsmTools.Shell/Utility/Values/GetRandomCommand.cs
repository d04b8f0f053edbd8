using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = NumberSet)]
[OutputType(typeof(int), typeof(long), typeof(double))]
public sealed class GetRandomCommand : PSCmdlet
{
    private const string NumberSet = "RandomNumberParameterSet";
    private const string ListSet = "RandomListItemParameterSet";
    private const string ShuffleSet = "ShuffleParameterSet";

    private static Random _source = new();

    private readonly List<object?> _items = [];

    [Parameter(ParameterSetName = NumberSet)]
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNull]
    public int? SetSeed { get; set; }

    [Parameter(ParameterSetName = NumberSet, Position = 0)]
    public object? Maximum { get; set; }

    [Parameter(ParameterSetName = NumberSet)]
    public object? Minimum { get; set; }

    [Parameter(ParameterSetName = ListSet, ValueFromPipeline = true, Position = 0, Mandatory = true)]
    [Parameter(ParameterSetName = ShuffleSet, ValueFromPipeline = true, Position = 0, Mandatory = true)]
    [AllowNull]
    public object?[]? InputObject { get; set; }

    [Parameter(ParameterSetName = NumberSet)]
    [Parameter(ParameterSetName = ListSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter(ParameterSetName = ShuffleSet, Mandatory = true)]
    public SwitchParameter Shuffle { get; set; }

    protected override void BeginProcessing()
    {
        if (SetSeed is int seed)
        {
            _source = new Random(seed);
        }

        // "Get-Random -InputObject" and "Get-Random (1..9)" both mean a list.
        if (ParameterSetName == NumberSet && Base(Maximum) is System.Collections.IList list)
        {
            _items.AddRange(list.Cast<object?>());
        }
        else if (ParameterSetName == NumberSet)
        {
            WriteNumbers();
        }
    }

    protected override void ProcessRecord()
    {
        if (ParameterSetName != NumberSet)
        {
            _items.AddRange(InputObject ?? [null]);
        }
    }

    protected override void EndProcessing()
    {
        int wanted = Shuffle ? _items.Count : Math.Min(Count, _items.Count);
        for (int i = 0; i < wanted; i++)
        {
            int chosen = _source.Next(i, _items.Count);
            (_items[i], _items[chosen]) = (_items[chosen], _items[i]);
            WriteObject(_items[i]);
        }
    }

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static object? Number(object? value)
    {
        object? bare = Base(value);
        return bare is string text && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : bare;
    }

    private void WriteNumbers()
    {
        object? maximum = Number(Maximum);
        object? minimum = Number(Minimum);
        for (int i = 0; i < Count; i++)
        {
            if (maximum is null or int && minimum is null or int)
            {
                int low = minimum as int? ?? 0;
                int high = maximum as int? ?? int.MaxValue;
                Check(low < high, low, high);
                WriteObject(_source.Next(low, high));
            }
            else if (maximum is null or int or long && minimum is null or int or long)
            {
                long low = minimum is null ? 0 : Convert.ToInt64(minimum, CultureInfo.InvariantCulture);
                long high = maximum is null ? long.MaxValue : Convert.ToInt64(maximum, CultureInfo.InvariantCulture);
                Check(low < high, low, high);
                WriteObject(_source.NextInt64(low, high));
            }
            else
            {
                double low = minimum is null ? 0 : LanguagePrimitives.ConvertTo<double>(minimum);
                double high = maximum is null ? double.MaxValue : LanguagePrimitives.ConvertTo<double>(maximum);
                Check(low < high, low, high);
                WriteObject(low + (_source.NextDouble() * (high - low)));
            }
        }
    }

    private void Check(bool ordered, object minimum, object maximum)
    {
        if (!ordered)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException(string.Create(
                    CultureInfo.CurrentCulture, $"The Minimum value ({minimum}) cannot be greater than or equal to the Maximum value ({maximum}).")),
                "MinGreaterThanOrEqualMax", ErrorCategory.InvalidArgument, null));
        }
    }
}
