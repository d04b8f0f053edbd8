using KsmTools.Errors;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceDat;

/// <summary>The parts that versions 6 and 7 write alike: in version 6 one after the other, in version 7 each in a section of its own.</summary>
internal static class TraceDatFormats
{
    // A format file is at most a page or two; what claims more is no format file.
    private const long LargestFormat = 1 << 20;

    /// <summary>"header_page", "header_event".</summary>
    public static void ReadHeaders(TraceDatCursor cursor, TraceDatContents contents, string path)
    {
        Expect(cursor, "header_page");
        contents.Header = SubBufferHeader.Parse(Block(cursor), path);
        Expect(cursor, "header_event");
        EventHeader.Check(Block(cursor), path);
    }

    /// <summary>Formats of ftrace's own events, or of a system's. Only those of wanted ones are read, and of those that name threads.</summary>
    public static void ReadSystem(TraceDatCursor cursor, TraceDatContents contents, WantedEvents wanted, string path)
    {
        for (uint count = cursor.UInt32(); count > 0; count--)
        {
            ReadOnlySpan<byte> text = Block(cursor);
            ReadOnlySpan<byte> name = EventFormat.NameOf(text);
            if (wanted.Has(name))
            {
                contents.Formats.Add(EventFormat.Parse(text, path));
            }
            else if (NamingEvents.Has(name))
            {
                AddNaming(text, contents, path);
            }
        }
    }

    // What is of no event that is wanted is no reason to refuse a file.
    private static void AddNaming(ReadOnlySpan<byte> text, TraceDatContents contents, string path)
    {
        try
        {
            contents.Formats.Add(EventFormat.Parse(text, path));
        }
        catch (KsmToolsException)
        {
        }
    }

    /// <summary>Formats of all events, by system; as above.</summary>
    public static void ReadEvents(TraceDatCursor cursor, TraceDatContents contents, WantedEvents wanted, string path)
    {
        for (uint systems = cursor.UInt32(); systems > 0; systems--)
        {
            _ = cursor.Text();
            ReadSystem(cursor, contents, wanted, path);
        }
    }

    /// <summary>"saved_cmdlines".</summary>
    public static void ReadCommands(TraceDatCursor cursor, TraceDatContents contents) =>
        contents.Commands = cursor.Span(cursor.Offset()).ToArray();

    private static void Expect(TraceDatCursor cursor, string word)
    {
        if (cursor.Text() != word)
        {
            throw cursor.Corrupt(Messages.ReasonNoHeaderPage);
        }
    }

    private static ReadOnlySpan<byte> Block(TraceDatCursor cursor) => cursor.Span(Size(cursor));

    private static long Size(TraceDatCursor cursor) =>
        cursor.Offset() is var size && size <= LargestFormat ? size : throw cursor.Corrupt(Messages.ReasonFormatTooLarge);
}
