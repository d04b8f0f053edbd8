using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>
/// Thread names gathered over a recording: the kernel's list forgets the oldest when it is full, and a long recording has seen more threads than
/// fit into it at its end.
/// </summary>
internal sealed class SavedCommands
{
    private readonly SortedDictionary<int, ReadOnlyMemory<byte>> _lines = [];

    /// <param name="text">What is known already.</param>
    public SavedCommands(ReadOnlyMemory<byte> text = default) => _ = Add(text);

    /// <summary>Takes over what <c>saved_cmdlines</c> says now; the newest name of a thread counts.</summary>
    /// <returns>The lines that were not known.</returns>
    public ReadOnlyMemory<byte> Add(ReadOnlyMemory<byte> text)
    {
        using var added = new MemoryStream();
        foreach (Range range in text.Span.Split((byte)'\n'))
        {
            ReadOnlyMemory<byte> line = text[range];
            if (ThreadNames.TryParse(line.Span, out int thread, out _) && !(_lines.TryGetValue(thread, out ReadOnlyMemory<byte> known) && known.Span.SequenceEqual(line.Span)))
            {
                _lines[thread] = line.ToArray();
                Write(added, line);
            }
        }

        return added.ToArray();
    }

    /// <summary>All of them, as <c>saved_cmdlines</c> has them.</summary>
    public ReadOnlyMemory<byte> ToText()
    {
        using var text = new MemoryStream();
        foreach (ReadOnlyMemory<byte> line in _lines.Values)
        {
            Write(text, line);
        }

        return text.ToArray();
    }

    private static void Write(MemoryStream text, ReadOnlyMemory<byte> line)
    {
        text.Write(line.Span);
        text.WriteByte((byte)'\n');
    }
}
