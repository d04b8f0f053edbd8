using KsmTools.Errors;

namespace KsmTools.Tracing.EventFormats;

/// <summary>The layouts of the wanted events of a buffer, found by the number in a record. Other numbers are other events.</summary>
internal sealed class RecordLayouts
{
    private readonly RecordLayout[] _layouts;

    private RecordLayouts(RecordLayout[] layouts, NumberField type)
    {
        _layouts = layouts;
        Type = type;
    }

    /// <summary>Whether there are none, so that no record can be of a wanted event.</summary>
    public bool IsEmpty => _layouts.Length == 0;

    /// <summary>How many there are.</summary>
    public int Count => _layouts.Length;

    /// <summary>Where a record has its number; the same in every event of a kernel.</summary>
    public NumberField Type { get; }

    /// <summary>The first two, which are all that there are of rmap's unless somebody defined more of the same name.</summary>
    public (RecordLayout? First, RecordLayout? Second) FirstTwo => (_layouts.ElementAtOrDefault(0), _layouts.ElementAtOrDefault(1));

    /// <summary>Takes the wanted events of a set of formats.</summary>
    /// <param name="formats">Formats of any events.</param>
    /// <param name="layoutOf">The layout of a wanted event; null for any other.</param>
    /// <param name="source">Where they are from, for the error.</param>
    /// <exception cref="KsmToolsException">They contradict each other, or have no <c>common_type</c> of 16 bits (<see cref="ErrorReason.TraceCorrupt"/>).</exception>
    public static RecordLayouts From(IEnumerable<EventFormat> formats, Func<EventFormat, RecordLayout?> layoutOf, string source)
    {
        var layouts = new List<RecordLayout>();
        NumberField? type = null;
        foreach (EventFormat format in formats)
        {
            if (layoutOf(format) is not { } layout)
            {
                continue;
            }

            NumberField number = NumberField.Of(format.Find("common_type"));
            if (number.Size != 2 || (type is not null && type != number) || layouts.Exists(other => other.Id == layout.Id))
            {
                throw new KsmToolsException(
                    ErrorReason.TraceCorrupt, source, Text.Format(Messages.EventFormatCorrupt, source, TerminalText.Quote(format.Name)), Messages.TraceCorruptAction);
            }

            type = number;
            layouts.Add(layout);
        }

        return new RecordLayouts([.. layouts], type ?? default);
    }

    /// <summary>The layout of a number; null for another event.</summary>
    public RecordLayout? Find(int id)
    {
        foreach (RecordLayout layout in _layouts)
        {
            if (layout.Id == id)
            {
                return layout;
            }
        }

        return null;
    }
}
