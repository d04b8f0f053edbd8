using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Group, "Object")]
[OutputType(typeof(Hashtable), typeof(GroupInfo))]
public sealed class GroupObjectCommand : ObjectBase
{
    private readonly List<KeyedObject> _entries = [];
    private PropertyParameter[] _parameters = [];
    private PropertyReader[] _readers = [];
    private Type?[]? _types;
    private bool _mixed;

    [Parameter]
    public SwitchParameter NoElement { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        if (_entries.Count == 0)
        {
            Start();
        }

        KeyedObject entry = Key(InputObject, _readers, _parameters, _entries.Count);
        _entries.Add(entry);
        CheckTypes(entry.Keys);
    }

    protected override void EndProcessing()
    {
        if (_entries.Count == 0)
        {
            return;
        }

        var comparer = new KeyedObjectComparer([.. _entries[0].Keys.Select(_ => new KeyComparer(ascending: true, CultureInfo, CaseSensitive))]);
        List<GroupInfo> groups = _mixed ? InOrderOfAppearance(comparer) : InOrder(comparer);
        if (AsHashTable)
        {
            WriteTable(groups);
        }
        else
        {
            WriteObject(groups, enumerateCollection: true);
        }
    }

    private void Start()
    {
        object?[]? wanted = Property ?? DefaultKeys(InputObject);
        _parameters = [.. Expand(PropertyParameter.Parse(this, wanted, []), [InputObject])];
        _readers = [.. _parameters.Select(parameter => new PropertyReader(parameter.Expression))];
        if (AsString && !AsHashTable)
        {
            Refuse("The command cannot be run because the AsString parameter requires that you specify the AsHashtable parameter.", AsString);
        }

        if (AsHashTable && !AsString && _parameters.Length > 1)
        {
            Refuse("The AsHashTable parameter can be used only with a single property, or along with the AsString parameter.", Property);
        }
    }

    private void Refuse(string message, object? target) =>
        ThrowTerminatingError(new ErrorRecord(new ArgumentException(message), "ArgumentException", ErrorCategory.InvalidArgument, target));

    private void CheckTypes(KeyValue[] keys)
    {
        Type?[] types = [.. keys.Select(key => (key.Value is PSObject wrapped ? wrapped.BaseObject : key.Value)?.GetType())];
        if (_types is null)
        {
            _types = types;
            return;
        }

        for (int i = 0; i < types.Length && !_mixed; i++)
        {
            _mixed = types[i] is not null && _types[i] is not null && types[i] != _types[i];
            _types[i] ??= types[i];
        }
    }

    private List<GroupInfo> InOrder(KeyedObjectComparer comparer)
    {
        var groups = new List<GroupInfo>();
        foreach (KeyedObject entry in _entries.Order(comparer))
        {
            if (groups.Count == 0 || comparer.Compare(groups[^1].First, entry) != 0)
            {
                groups.Add(New(entry));
            }

            groups[^1].Add(entry.Item);
        }

        return groups;
    }

    /// <summary>Keys of several types have no order: groups come as their first objects came.</summary>
    private List<GroupInfo> InOrderOfAppearance(KeyedObjectComparer comparer)
    {
        var groups = new List<GroupInfo>();
        foreach (KeyedObject entry in _entries)
        {
            GroupInfo? group = groups.Find(known => comparer.Compare(known.First, entry) == 0);
            if (group is null)
            {
                group = New(entry);
                groups.Add(group);
            }

            group.Add(entry.Item);
        }

        return groups;
    }

    private GroupInfo New(KeyedObject entry) => NoElement ? new GroupInfoNoElement(entry) : new GroupInfo(entry);

    private void WriteTable(List<GroupInfo> groups)
    {
        var table = new Hashtable(CaseSensitive ? StringComparer.CurrentCulture : StringComparer.CurrentCultureIgnoreCase);
        try
        {
            foreach (GroupInfo group in groups)
            {
                object? first = group.Values[0];
                table.Add(AsString ? group.Name : (first is PSObject wrapped ? wrapped.BaseObject : first)!, group.Group);
            }
        }
        catch (ArgumentException exception)
        {
            WriteError(new ErrorRecord(
                new InvalidOperationException("The objects grouped by this property cannot be expanded because there is a key duplication. Provide a valid property value, and then try again.", exception),
                "InvalidOperation", ErrorCategory.InvalidArgument, null));
            return;
        }

        WriteObject(table);
    }
}
