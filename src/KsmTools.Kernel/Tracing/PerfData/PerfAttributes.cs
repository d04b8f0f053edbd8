using KsmTools.Errors;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.PerfData;

/// <summary>The events of a recording, found by the ids that the kernel gave them, one for each CPU or thread that was recorded.</summary>
internal sealed class PerfAttributes(string path)
{
    // A recording of every tracepoint of a kernel has some thousands; of many threads on many CPUs, some hundred thousands of ids.
    public const int MostAttributes = 65_536;
    public const int MostIds = 4 << 20;

    private readonly List<PerfAttribute> _attributes = [];
    private readonly Dictionary<ulong, PerfAttribute> _byId = [];
    private ulong _lastId;
    private PerfAttribute? _last;
    private ulong _formerId;
    private PerfAttribute? _former;
    private EventLayouts? _layouts;

    /// <summary>The first one, which tells where ids are; null if there is none.</summary>
    public PerfAttribute? First { get; private set; }

    /// <summary>Whether any of them is wanted.</summary>
    public bool HasWantedEvents { get; private set; }

    /// <summary>Whether any of them is a tracepoint.</summary>
    public bool HasTracepoints => _attributes.Exists(attribute => attribute.TracepointId >= 0);

    public int Count => _attributes.Count;

    public int Ids => _byId.Count;

    public void Add(PerfAttribute attribute)
    {
        First ??= attribute;
        _attributes.Add(attribute);
        Bind(attribute);
    }

    public void AddId(ulong id, PerfAttribute attribute)
    {
        _byId[id] = attribute;
        _last = null;
        _former = null;
    }

    /// <summary>Tells the attributes which of them are wanted.</summary>
    /// <exception cref="KsmToolsException">One was recorded without times.</exception>
    public void Bind(EventLayouts layouts)
    {
        _layouts = layouts;
        _attributes.ForEach(Bind);
    }

    /// <summary>The event of an id; null for an id that nobody has.</summary>
    public PerfAttribute? Find(ulong id)
    {
        if (id == _lastId && _last is not null)
        {
            return _last;
        }

        if (id == _formerId && _former is not null)
        {
            return _former;
        }

        // As perf does: where there is one event the id does not matter, and 0 is the first one's.
        PerfAttribute? found = _attributes.Count == 1 || id == 0 ? First : _byId.GetValueOrDefault(id);
        (_formerId, _former) = (_lastId, _last);
        (_lastId, _last) = (id, found);
        return found;
    }

    private void Bind(PerfAttribute attribute)
    {
        if (_layouts is null || attribute.TracepointId < 0)
        {
            return;
        }

        attribute.Layout = _layouts.Find(attribute.TracepointId);
        if (attribute.Layout is null)
        {
            return;
        }

        HasWantedEvents = true;
        if (attribute.TimeOffset < 0)
        {
            throw PerfDataFailure.NotRecognised(path, Messages.PerfDataWithoutTime, Messages.PerfDataWithoutTimeAction);
        }
    }
}
