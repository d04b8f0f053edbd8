using KsmTools.Errors;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.EventFormats;

/// <summary>The layouts of the wanted events of a buffer, found by the number in a record. Other numbers are other events.</summary>
internal sealed class EventLayouts
{
    // Two are all that there are of walks; what else is wanted is found by the low bits of its number, mostly at once.
    private const int Buckets = 32;

    private readonly EventLayout[] _layouts;
    private readonly EventLayout[][] _byNumber;

    private EventLayouts(EventLayout[] layouts, NumberField type)
    {
        _layouts = layouts;
        _byNumber = [.. Enumerable.Range(0, Buckets).Select(bucket => Array.FindAll(layouts, layout => layout.Id % Buckets == bucket))];
        Type = type;
    }

    /// <summary>Where a record has its number; the same in every event of a kernel.</summary>
    public NumberField Type { get; }

    /// <summary>The first two that are laid out as usual, which decoders look at first.</summary>
    public (EventLayout? First, EventLayout? Second) FirstTwo =>
        _layouts.OrderByDescending(layout => layout.IsUsual).ToArray() is var order ? (order.ElementAtOrDefault(0), order.ElementAtOrDefault(1)) : default;

    /// <summary>Takes the wanted events of a set of formats.</summary>
    /// <param name="formats">Formats of any events.</param>
    /// <param name="wanted">What is wanted.</param>
    /// <param name="source">Where they are from, for the error.</param>
    /// <exception cref="KsmToolsException">They contradict each other, or have no <c>common_type</c> of 16 bits (<see cref="ErrorReason.TraceCorrupt"/>).</exception>
    public static EventLayouts From(IEnumerable<EventFormat> formats, WantedEvents wanted, string source)
    {
        var layouts = new List<EventLayout>();
        NumberField? type = null;
        foreach (EventFormat format in formats)
        {
            if (wanted.Find(format.Name) is not { } found)
            {
                continue;
            }

            var layout = new EventLayout(format, found);
            NumberField number = NumberField.Of(format.Find("common_type"));
            if (number.Size != 2 || (type is not null && type != number) || layouts.Exists(other => other.Id == layout.Id))
            {
                throw new KsmToolsException(
                    ErrorReason.TraceCorrupt, source, Text.Format(Messages.EventFormatCorrupt, source, TerminalText.Quote(format.Name)), Messages.TraceCorruptAction);
            }

            type = number;
            layouts.Add(layout);
        }

        return new EventLayouts([.. layouts], type ?? default);
    }

    /// <summary>The layout of a number; null for another event.</summary>
    public EventLayout? Find(int id)
    {
        foreach (EventLayout layout in _byNumber[id % Buckets])
        {
            if (layout.Id == id)
            {
                return layout;
            }
        }

        return null;
    }
}
