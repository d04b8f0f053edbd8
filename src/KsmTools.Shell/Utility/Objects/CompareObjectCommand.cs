using System.Management.Automation;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Compare, "Object")]
public sealed class CompareObjectCommand : ObjectCmdletBase
{
    private readonly List<KeyedObject> _onlyReference = [];
    private readonly List<KeyedObject> _onlyDifference = [];
    private PropertyParameter[] _parameters = [];
    private PropertyReader[] _readers = [];
    private KeyedObjectComparer? _comparer;
    private List<KeyedObject> _reference = [];
    private int _next;

    [Parameter(Position = 0, Mandatory = true)]
    [AllowEmptyCollection]
    public PSObject[] ReferenceObject { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public PSObject[] DifferenceObject { get; set; } = [];

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int SyncWindow { get; set; } = int.MaxValue;

    [Parameter]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter ExcludeDifferent { get; set; }

    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void BeginProcessing()
    {
        if (ExcludeDifferent && !MyInvocation.BoundParameters.ContainsKey(nameof(IncludeEqual)))
        {
            IncludeEqual = true;
        }
    }

    protected override void ProcessRecord()
    {
        Prepare();
        foreach (PSObject item in DifferenceObject)
        {
            Step(ObjectBase.KeyOf(this, item, _readers, _parameters, 0));
        }
    }

    protected override void EndProcessing()
    {
        Prepare();
        while (_next < _reference.Count)
        {
            Step(null);
        }

        foreach (KeyedObject item in _onlyDifference)
        {
            Different(item, "=>");
        }

        foreach (KeyedObject item in _onlyReference)
        {
            Different(item, "<=");
        }
    }

    private void Prepare()
    {
        if (_comparer is not null)
        {
            return;
        }

        PSObject[] first = ReferenceObject.Length > 0 ? ReferenceObject : DifferenceObject;
        object?[]? wanted = Property ?? (first.Length > 0 ? ObjectBase.DefaultKeys(first[0]) : null);
        _parameters = [.. ObjectBase.Expand(PropertyParameter.Parse(this, wanted, []), first)];
        _readers = [.. _parameters.Select(parameter => new PropertyReader(parameter.Expression))];
        _comparer = new KeyedObjectComparer(
            [.. Enumerable.Range(0, Math.Max(1, _parameters.Length)).Select(_ => new KeyComparer(ascending: true, CultureInfo, CaseSensitive))]);
        _reference = [.. ReferenceObject.Select((item, index) => ObjectBase.KeyOf(this, item, _readers, _parameters, index))];
    }

    /// <summary>Takes one of each side: equal in place, or equal to one seen before on the other side, or kept for later.</summary>
    private void Step(KeyedObject? difference)
    {
        KeyedObject? reference = _next < _reference.Count ? _reference[_next++] : null;
        if (reference is not null && difference is not null && _comparer!.Compare(reference, difference) == 0)
        {
            Equal(reference);
            return;
        }

        if (Take(_onlyReference, difference) is KeyedObject known)
        {
            Equal(known);
            difference = null;
        }

        if (Take(_onlyDifference, reference) is not null)
        {
            Equal(reference!);
            reference = null;
        }

        Keep(_onlyDifference, difference, "=>");
        Keep(_onlyReference, reference, "<=");
    }

    private KeyedObject? Take(List<KeyedObject> kept, KeyedObject? wanted)
    {
        int index = wanted is null ? -1 : kept.FindIndex(item => _comparer!.Compare(wanted, item) == 0);
        if (index < 0)
        {
            return null;
        }

        KeyedObject found = kept[index];
        kept.RemoveAt(index);
        return found;
    }

    private void Keep(List<KeyedObject> kept, KeyedObject? item, string side)
    {
        if (item is null)
        {
            return;
        }

        if (SyncWindow == 0)
        {
            Different(item, side);
            return;
        }

        while (kept.Count >= SyncWindow)
        {
            Different(kept[0], side);
            kept.RemoveAt(0);
        }

        kept.Add(item);
    }

    private void Equal(KeyedObject item)
    {
        if (IncludeEqual)
        {
            Write(item, "==");
        }
    }

    private void Different(KeyedObject item, string side)
    {
        if (!ExcludeDifferent)
        {
            Write(item, side);
        }
    }

    private void Write(KeyedObject item, string side)
    {
        PSObject result;
        if (PassThru)
        {
            result = item.Item;
        }
        else
        {
            result = new PSObject();
            if (Property is not { Length: > 0 })
            {
                result.Properties.Add(new PSNoteProperty("InputObject", item.Item));
            }

            for (int i = 0; i < _parameters.Length && Property is { Length: > 0 }; i++)
            {
                string name = _parameters[i].Expression.ToString();
                if (result.Properties[name] is null)
                {
                    result.Properties.Add(new PSNoteProperty(name, item.Keys[i].Value));
                }
            }
        }

        result.Properties.Remove("SideIndicator");
        result.Properties.Add(new PSNoteProperty("SideIndicator", side));
        WriteObject(result);
    }
}
