using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.TraceText;

/// <summary>Whose text a trace is: tracefs's or perf script's. The first line that tells decides for the whole file.</summary>
internal sealed class TextLayout
{
    private const int Open = 0, Tracefs = 1, PerfScript = 2, PerfScriptFromZero = 3;

    private int _found;

    /// <summary>Begins to read a trace.</summary>
    /// <param name="format">A format that is named; Auto leaves it to the lines.</param>
    public TextLayout(TraceFormat format)
    {
        Named = format;
        _found = format switch { TraceFormat.Text => Tracefs, TraceFormat.PerfScript => PerfScriptFromZero, _ => Open };
    }

    /// <summary>What the caller asked for.</summary>
    public TraceFormat Named { get; }

    public bool IsFound => Volatile.Read(ref _found) != Open;

    public bool IsPerfScript => Volatile.Read(ref _found) is PerfScript or PerfScriptFromZero;

    /// <summary>Whether it is perf script's, and times may begin at 0: the first one does, or was not asked because the format was named.</summary>
    public bool MayBeginAtZero => Volatile.Read(ref _found) == PerfScriptFromZero;

    /// <summary>Notes that a line is tracefs's or trace-cmd's, unless an earlier one said something else.</summary>
    public void FoundTracefs() => Found(Tracefs);

    /// <summary>Notes that a line is perf script's, unless an earlier one said something else.</summary>
    /// <param name="time">The line's time.</param>
    public void FoundPerfScript(long time) => Found(time == 0 ? PerfScriptFromZero : PerfScript);

    private void Found(int layout) => Interlocked.CompareExchange(ref _found, layout, Open);
}
