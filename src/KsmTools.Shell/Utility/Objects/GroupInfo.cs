using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

/// <summary>Objects with equal keys.</summary>
public class GroupInfo
{
    private readonly KeyedObject _first;

    internal GroupInfo(KeyedObject first)
    {
        _first = first;
        Name = NameOf(first.Keys);
    }

    public ArrayList Values => new(_first.Keys.Select(key => key.Value).ToArray());

    public int Count { get; private set; }

    public Collection<PSObject> Group { get; } = [];

    public string Name { get; }

    internal KeyedObject First => _first;

    internal virtual void Add(PSObject item)
    {
        Group.Add(item);
        Count++;
    }

    /// <summary>Counts an object that is not kept.</summary>
    private protected void CountOne() => Count++;

    private static string NameOf(KeyValue[] keys)
    {
        var parts = new List<string>();
        foreach (KeyValue key in keys)
        {
            if (key.Value is null)
            {
                continue;
            }

            if (key.Value is not ICollection items)
            {
                parts.Add(string.Format(CultureInfo.CurrentCulture, "{0}", key.Value));
                continue;
            }

            var text = new StringBuilder("{");
            text.AppendJoin(", ", items.Cast<object?>().Select(item => string.Format(CultureInfo.CurrentCulture, "{0}", item)));
            parts.Add(text.Append('}').ToString());
        }

        return string.Join(", ", parts);
    }
}

/// <summary>The same without the objects.</summary>
public sealed class GroupInfoNoElement : GroupInfo
{
    internal GroupInfoNoElement(KeyedObject first)
        : base(first)
    {
    }

    internal override void Add(PSObject item) => CountOne();
}
