using System.Collections;
using System.Management.Automation;
using System.Text;
using Microsoft.PowerShell.Commands;

namespace KsmTools.Shell.Utility;

/// <summary>Objects as lines of comma-separated values.</summary>
internal sealed class CsvWriter(char delimiter, BaseCsvWritingCommand.QuoteKind quotes, string[]? quoteFields)
{
    private readonly HashSet<string>? _quoteFields = quoteFields is null ? null : new HashSet<string>(quoteFields, StringComparer.OrdinalIgnoreCase);
    private readonly StringBuilder _line = new();

    /// <summary>The columns that an object gives to all that follow it.</summary>
    public static IList<string> Columns(PSObject item) => item.BaseObject is IDictionary table
        ? [.. table.Keys.Cast<object>().Select(key => key.ToString() ?? string.Empty), .. item.Properties.Where(IsAttached).Select(property => property.Name)]
        : [.. item.Properties.Select(property => property.Name)];

    public static string TypeLine(PSObject item)
    {
        string type = item.TypeNames.Count == 0 ? string.Empty : item.TypeNames[0];
        return type.Length == 0 ? "#TYPE" : "#TYPE " + (type.StartsWith("CSV:", StringComparison.OrdinalIgnoreCase) ? type[4..] : type);
    }

    public string Header(IList<string> columns)
    {
        _line.Clear();
        for (int i = 0; i < columns.Count; i++)
        {
            Separate(i);
            Add(columns[i], columns[i]);
        }

        return _line.ToString();
    }

    public string Line(PSObject item, IList<string> columns)
    {
        _line.Clear();
        var table = item.BaseObject as IDictionary;
        for (int i = 0; i < columns.Count; i++)
        {
            Separate(i);
            string? value = table?.Contains(columns[i]) == true ? table[columns[i]]?.ToString() : Text(item.Properties[columns[i]]);
            if (value is not null)
            {
                Add(columns[i], value);
            }
        }

        return _line.ToString();
    }

    private static bool IsAttached(PSPropertyInfo property) => property.MemberType == PSMemberTypes.NoteProperty;

    private static string? Text(PSPropertyInfo? property)
    {
        try
        {
            return property?.Value?.ToString();
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private void Separate(int column)
    {
        if (column > 0)
        {
            _line.Append(delimiter);
        }
    }

    private void Add(string column, string value)
    {
        bool quote = _quoteFields is not null
            ? _quoteFields.Contains(column)
            : quotes switch
            {
                BaseCsvWritingCommand.QuoteKind.Always => true,
                BaseCsvWritingCommand.QuoteKind.Never => false,
                _ => value.AsSpan().IndexOfAny(delimiter, '\n', '"') >= 0,
            };
        if (quote)
        {
            _line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            _line.Append(value);
        }
    }
}
