using System.Management.Automation;
using System.Management.Automation.Internal;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet("Sort", "Object", DefaultParameterSetName = "Default")]
public sealed class SortObjectCommand : ObjectBase
{
    private readonly List<PSObject> _items = [];

    [Parameter(ParameterSetName = "Default")]
    public SwitchParameter Stable { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter(ParameterSetName = "Top", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    [Parameter(ParameterSetName = "Bottom", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null && InputObject != AutomationNull.Value)
        {
            _items.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        if (_items.Count == 0)
        {
            return;
        }

        object?[]? wanted = Property ?? DefaultKeys(_items[0]);
        PropertyParameter[] parameters = [.. Expand(PropertyParameter.Parse(this, wanted, ["Ascending", "Descending"]), _items)];
        PropertyReader[] readers = [.. parameters.Select(parameter => new PropertyReader(parameter.Expression))];
        var keyed = new List<KeyedObject>(_items.Count);
        for (int i = 0; i < _items.Count; i++)
        {
            keyed.Add(Key(_items[i], readers, parameters, i));
        }

        KeyComparer[] comparers = parameters.Length == 0
            ? [new KeyComparer(!Descending, CultureInfo, CaseSensitive)]
            : [.. parameters.Select(parameter => new KeyComparer(IsAscending(parameter), CultureInfo, CaseSensitive))];
        foreach (KeyedObject entry in Sort(keyed, new KeyedObjectComparer(comparers)))
        {
            WriteObject(entry.Item);
        }
    }

    private bool IsAscending(PropertyParameter parameter) => (parameter.Ascending, parameter.Descending) switch
    {
        (bool ascending, bool descending) when ascending == descending => !Descending,
        (bool ascending, _) => ascending,
        (null, bool descending) => !descending,
        _ => !Descending,
    };

    private IEnumerable<KeyedObject> Sort(List<KeyedObject> keyed, KeyedObjectComparer comparer)
    {
        // Without a wish for stability the order among equals is that of List<T>.Sort, as in pwsh.
        bool stable = Stable || Top > 0 || Bottom > 0;
        keyed.Sort(stable ? new StableComparer(comparer) : comparer);
        IEnumerable<KeyedObject> sorted = Unique ? WithoutRepeats(keyed, comparer) : keyed;
        return Top > 0 ? sorted.Take(Top) : Bottom > 0 ? sorted.TakeLast(Bottom) : sorted;
    }

    private static IEnumerable<KeyedObject> WithoutRepeats(List<KeyedObject> sorted, KeyedObjectComparer comparer)
    {
        KeyedObject? last = null;
        foreach (KeyedObject entry in sorted)
        {
            if (last is null || comparer.Compare(last, entry) != 0)
            {
                yield return entry;
                last = entry;
            }
        }
    }
}
