using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>One trace, or several of one clock.</summary>
public sealed class TraceTimeline
{
    private readonly Func<ITraceReader> _open;

    internal TraceTimeline(IReadOnlyList<string> paths, Func<ITraceReader> open)
    {
        Paths = paths;
        _open = open;
    }

    /// <summary>The files. A record's <see cref="TraceRecord.Source"/> is the place of its file among them.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Opens them to be read as one trace, once.</summary>
    /// <exception cref="KsmToolsException">The only one cannot be read. One of several ends early instead (<see cref="ITraceReader.Parts"/>).</exception>
    public ITraceReader Open() => _open();
}
