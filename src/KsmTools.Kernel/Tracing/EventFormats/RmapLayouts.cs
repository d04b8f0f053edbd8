using KsmTools.Errors;

namespace KsmTools.Tracing.EventFormats;

/// <summary>The layouts of all rmap events of a buffer, found by the number in a record. Other numbers are other events.</summary>
public sealed class RmapLayouts
{
    private readonly RmapLayout[] _layouts;

    private RmapLayouts(RmapLayout[] layouts, NumberField type)
    {
        _layouts = layouts;
        Type = type;
    }

    /// <summary>Whether there are none, so that no record can be an rmap event.</summary>
    public bool IsEmpty => _layouts.Length == 0;

    /// <summary>Where a record has its number; the same in every event of a kernel.</summary>
    internal NumberField Type { get; }

    /// <summary>Takes the rmap events of a set of formats.</summary>
    /// <param name="formats">Formats of any events.</param>
    /// <param name="source">Where they are from, for the error.</param>
    /// <exception cref="KsmToolsException">They contradict each other, or have no <c>common_type</c> of 16 bits (<see cref="ErrorReason.TraceCorrupt"/>).</exception>
    public static RmapLayouts From(IEnumerable<EventFormat> formats, string source)
    {
        ArgumentNullException.ThrowIfNull(formats);
        var layouts = new List<RmapLayout>();
        NumberField? type = null;
        foreach (EventFormat format in formats)
        {
            if (RmapLayout.Of(format) is not { } layout)
            {
                continue;
            }

            NumberField number = NumberField.Of(format.Find("common_type"));
            if (number.Size != 2 || (type is not null && type != number) || layouts.Exists(other => other.Id == layout.Id))
            {
                throw new KsmToolsException(
                    ErrorReason.TraceCorrupt, source, Text.Format(Messages.EventFormatCorrupt, source, format.Name), Messages.TraceCorruptAction);
            }

            type = number;
            layouts.Add(layout);
        }

        return new RmapLayouts([.. layouts], type ?? default);
    }

    internal int Count => _layouts.Length;

    /// <summary>The first two, which are all that a kernel has unless somebody defined more of the same name.</summary>
    internal (RmapLayout? First, RmapLayout? Second) FirstTwo => (_layouts.ElementAtOrDefault(0), _layouts.ElementAtOrDefault(1));

    internal RmapLayout? Find(int id)
    {
        foreach (RmapLayout layout in _layouts)
        {
            if (layout.Id == id)
            {
                return layout;
            }
        }

        return null;
    }
}
