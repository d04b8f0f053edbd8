using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace KsmTools.Shell.Utility;

/// <summary>Lines of comma-separated values as records; quoted values may hold delimiters, quotes and line ends.</summary>
internal sealed class CsvReader(TextReader reader, char delimiter)
{
    private readonly List<string> _values = [];
    private readonly StringBuilder _value = new();

    /// <summary>The type that a <c>#TYPE</c> line names, or null.</summary>
    public string? TypeName { get; private set; }

    /// <summary>Whether a column had no name, and got one.</summary>
    public bool NamedColumns { get; private set; }

    /// <summary>The names of the columns, or null when there is nothing.</summary>
    public IList<string>? ReadHeader()
    {
        ReadType();
        while (ReadRecord())
        {
            while (_values.Count > 1 && _values[^1].Length == 0)
            {
                _values.RemoveAt(_values.Count - 1);
            }

            if (_values[0].StartsWith("#Fields: ", StringComparison.Ordinal))
            {
                _values[0] = _values[0][9..];
            }
            else if (_values[0].StartsWith('#'))
            {
                continue;
            }

            string? twice = _values.Where(name => name.Length > 0).GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Last();
            return twice is null
                ? [.. _values]
                : throw new ExtendedTypeSystemException($"The member \"{twice}\" is already present.");
        }

        return null;
    }

    public void ReadType()
    {
        if (reader.Peek() == '#')
        {
            string line = reader.ReadLine()!;
            string type = line.StartsWith("#TYPE", StringComparison.OrdinalIgnoreCase) ? line[5..].Trim() : string.Empty;
            TypeName = type.Length == 0 ? null : type;
        }
    }

    /// <summary>The records that are left, as objects.</summary>
    public IEnumerable<PSObject> ReadObjects(IList<string> columns)
    {
        while (ReadRecord())
        {
            if (_values.Count != 1 || _values[0].Length > 0)
            {
                yield return ToObject(columns);
            }
        }
    }

    private PSObject ToObject(IList<string> columns)
    {
        var item = new PSObject(columns.Count);
        int unnamed = 0;
        for (int i = 0; i < columns.Count; i++)
        {
            string name = columns[i];
            if (name.Length == 0)
            {
                unnamed++;
                name = string.Create(CultureInfo.InvariantCulture, $"H{unnamed}");
                NamedColumns = true;
            }

            item.Properties.Add(new PSNoteProperty(name, i < _values.Count ? _values[i] : null), preValidated: true);
        }

        if (TypeName is not null)
        {
            item.TypeNames.Clear();
            item.TypeNames.Add(TypeName);
            item.TypeNames.Add("CSV:" + TypeName);
        }

        return item;
    }

    private bool ReadRecord()
    {
        _values.Clear();
        _value.Clear();
        bool quoted = false;
        while (reader.Read() is >= 0 and int code)
        {
            char character = (char)code;
            if (quoted)
            {
                if (character != '"')
                {
                    _value.Append(character);
                }
                else if (reader.Peek() == '"')
                {
                    reader.Read();
                    _value.Append('"');
                }
                else
                {
                    quoted = false;
                    if (ReadRest(trim: true))
                    {
                        return true;
                    }
                }
            }
            else if (character == delimiter)
            {
                Complete();
            }
            else if (character is '\r' or '\n')
            {
                EndLine(character);
                Complete();
                return true;
            }
            else if (character == '"' && _value.Length == 0)
            {
                quoted = true;
            }
            else if (character is '"' or ' ' or '\t')
            {
                if (character != '"' && _value.Length == 0)
                {
                    continue;
                }

                _value.Append(character);
                if (ReadRest(trim: character != '"'))
                {
                    return true;
                }
            }
            else
            {
                _value.Append(character);
            }
        }

        if (_value.Length > 0)
        {
            Complete();
        }

        return _values.Count > 0;
    }

    /// <summary>Reads to the next delimiter; blanks alone after a value do not count.</summary>
    /// <returns>Whether the record has ended.</returns>
    private bool ReadRest(bool trim)
    {
        int start = _value.Length;
        bool end = true;
        while (reader.Read() is >= 0 and int code)
        {
            char character = (char)code;
            if (character == delimiter)
            {
                end = false;
                break;
            }

            if (character is '\r' or '\n')
            {
                EndLine(character);
                break;
            }

            _value.Append(character);
        }

        if (trim && string.IsNullOrWhiteSpace(_value.ToString(start, _value.Length - start)))
        {
            _value.Length = start;
        }

        Complete();
        return end;
    }

    private void Complete()
    {
        _values.Add(_value.ToString());
        _value.Clear();
    }

    private void EndLine(char character)
    {
        if (character == '\r' && reader.Peek() == '\n')
        {
            reader.Read();
        }
    }
}
