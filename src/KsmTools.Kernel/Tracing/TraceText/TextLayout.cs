using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.TraceText;

/// <summary>Whose text a trace is: tracefs's or perf script's. The first line that tells decides for the whole file.</summary>
internal sealed class TextLayout
{
    private const int Open = 0, Tracefs = 1, PerfScript = 2;

    private int _found;

    /// <summary>Begins to read a trace.</summary>
    /// <param name="format">A format that is named; Auto leaves it to the lines.</param>
    public TextLayout(TraceFormat format)
    {
        Named = format;
        _found = format switch { TraceFormat.Text => Tracefs, TraceFormat.PerfScript => PerfScript, _ => Open };
    }

    /// <summary>What the caller asked for.</summary>
    public TraceFormat Named { get; }

    public bool IsFound => Volatile.Read(ref _found) != Open;

    public bool IsPerfScript => Volatile.Read(ref _found) == PerfScript;

    /// <summary>Notes what a line is, unless an earlier one said something else.</summary>
    public void Found(bool isPerfScript) => Interlocked.CompareExchange(ref _found, isPerfScript ? PerfScript : Tracefs, Open);
}
