using System.Buffers.Text;
using System.Text;
using KsmTools.Errors;

namespace KsmTools.Tracing.EventFormats;

/// <summary>
/// The layout of one event's records, as the kernel prints it in <c>events/&lt;system&gt;/&lt;event&gt;/format</c> (Documentation/trace/events.rst, "Event
/// formats"). Offsets differ between kernels and between sources of the same event, so nothing about them is assumed.
/// </summary>
internal sealed class EventFormat
{
    private EventFormat(string name, int id, IReadOnlyList<EventField> fields)
    {
        Name = name;
        Id = id;
        Fields = fields;
    }

    /// <summary>The event's name.</summary>
    public string Name { get; }

    /// <summary>The number that records hold in <c>common_type</c>.</summary>
    public int Id { get; }

    /// <summary>The fields, the common ones first.</summary>
    public IReadOnlyList<EventField> Fields { get; }

    /// <summary>Reads a format file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">Where the text is from, for the error.</param>
    /// <exception cref="KsmToolsException">It is no format file (<see cref="ErrorReason.TraceCorrupt"/>).</exception>
    public static EventFormat Parse(ReadOnlySpan<byte> text, string source)
    {
        ReadOnlySpan<byte> name = NameOf(text);
        int id = -1;
        var fields = new List<EventField>();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim(" \t\r"u8);
            if (line.StartsWith("print fmt:"u8))
            {
                break;
            }

            if (line.StartsWith("ID:"u8))
            {
                ReadOnlySpan<byte> number = line["ID:".Length..].Trim((byte)' ');
                id = Utf8Parser.TryParse(number, out int value, out int used) && used == number.Length && value is >= 0 and <= ushort.MaxValue ? value : -1;
            }
            else if (FieldLine.IsField(line))
            {
                fields.Add(FieldLine.Parse(line) ?? throw Corrupt(source, line));
            }
        }

        return name.IsEmpty || id < 0 || fields.Count == 0
            ? throw Corrupt(source, name)
            : new EventFormat(Encoding.UTF8.GetString(name), id, fields);
    }

    /// <summary>The field of a name; null if there is none.</summary>
    /// <param name="names">The name, or several that mean the same.</param>
    public EventField? Find(params ReadOnlySpan<string> names)
    {
        foreach (EventField field in Fields)
        {
            if (names.Contains(field.Name))
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>The event's name in a format file, without reading the rest of it.</summary>
    internal static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).Trim(" \t\r"u8);
        return line.StartsWith("name:"u8) ? line["name:".Length..].Trim((byte)' ') : default;
    }

    private static KsmToolsException Corrupt(string source, ReadOnlySpan<byte> detail) => new(
        ErrorReason.TraceCorrupt,
        source,
        Errors.Text.Format(Messages.EventFormatCorrupt, source, Errors.TerminalText.Quote(detail)),
        Messages.TraceCorruptAction);
}
