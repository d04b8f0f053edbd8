using System.Text;
using KsmTools.Records;

namespace KsmTools.Tracing.Wanted;

/// <summary>The events that a reader is to give.</summary>
/// <param name="families">Whose all of them are.</param>
internal sealed class WantedEvents(params EventFamily[] families)
{
    private readonly Dictionary<string, WantedEvent> _byName = families.SelectMany(family => family.Events).ToDictionary(wanted => wanted.Name);
    private readonly byte[][] _words = [.. families.SelectMany(family => family.Events).Select(wanted => Encoding.ASCII.GetBytes(wanted.Name + ":"))];

    /// <summary>Whether call chains are wanted.</summary>
    public bool HasStacks { get; } = families.Any(family => family is StackEvents);

    /// <summary>The wanted event of a name; null for any other.</summary>
    /// <param name="name">The name, without the system before it.</param>
    public WantedEvent? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether an event is wanted.</summary>
    /// <param name="name">Its name as bytes.</param>
    public bool Has(ReadOnlySpan<byte> name)
    {
        foreach (string wanted in _byName.Keys)
        {
            if (Ascii.Equals(name, wanted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How often a line that is not read has the name of a wanted event as one.</summary>
    /// <param name="line">The line.</param>
    public int CountNamedIn(ReadOnlySpan<byte> line)
    {
        int count = 0;
        if (line.IndexOf(": "u8) < 0)
        {
            return count;
        }

        foreach (byte[] word in _words)
        {
            for (int at = 0; line[at..].IndexOf(word) is >= 0 and var next; at += next + word.Length)
            {
                if (at + next == 0 || line[at + next - 1] is (byte)' ' or (byte)':' or (byte)'\t')
                {
                    count++;
                }
            }
        }

        return count;
    }

    /// <summary>Reads what stands behind the context of a line: <c>name: fields</c>, or with the system before the name, as perf and trace-cmd can print it.</summary>
    /// <param name="body">The rest of the line.</param>
    /// <param name="functions">Takes names of functions.</param>
    /// <param name="record">Its kind and numbers are filled for <see cref="LineKind.Event"/>, else undefined.</param>
    public LineKind ReadText(ReadOnlySpan<byte> body, SymbolCache functions, ref TraceRecord record)
    {
        int end = NameEnd(body);
        if (end < 0)
        {
            return HasStacks && StackEvents.IsHeader(body) ? LineKind.Stack
                : CountNamedIn(body) > 0 ? LineKind.Unreadable
                : LineKind.OtherEvent;
        }

        ReadOnlySpan<byte> name = body[..end];
        name = name[(name.IndexOf((byte)':') + 1)..];
        ReadOnlySpan<byte> fields = body[(end + 1)..].TrimStart((byte)' ');
        foreach (EventFamily family in families)
        {
            LineKind kind = family.ReadText(name, fields, functions, ref record);
            if (kind != LineKind.OtherEvent)
            {
                // No event's fields have that. Another line was joined to this one, or to what is left of it.
                return fields.IndexOf(": "u8) >= 0 ? LineKind.Unreadable : kind;
            }
        }

        return CountNamedIn(fields) > 0 ? LineKind.Unreadable : LineKind.OtherEvent;
    }

    /// <summary>Whether the event on a line that has no newline is whole for sure.</summary>
    /// <param name="line">The line.</param>
    /// <param name="kind">Which event it is.</param>
    public bool EndsWhole(ReadOnlySpan<byte> line, TraceRecordKind kind)
    {
        EventFamily? family = Array.Find(families, family => family.Events.Any(wanted => wanted.Kind == kind));
        return family?.EndsWhole(line) == true;
    }

    // The colon that a blank or the line's end follows.
    private static int NameEnd(ReadOnlySpan<byte> body)
    {
        int blank = body.IndexOf((byte)' ');
        int end = (blank < 0 ? body.Length : blank) - 1;
        return end > 0 && body[end] == ':' ? end : -1;
    }
}
