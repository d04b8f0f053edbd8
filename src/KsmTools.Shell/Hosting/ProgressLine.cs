using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace KsmTools.Shell.Hosting;

/// <summary>
/// Progress as one line below the output, taken away when it is done. It is hidden whenever something else is written, and comes back
/// with the next record.
/// </summary>
internal sealed class ProgressLine
{
    /// <summary>More often than this nobody can read.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly List<(long Source, ProgressRecord Record)> _active = [];
    private bool _shown;
    private bool _atLineStart = true;
    private long _lastShown;

    public void Show(long source, ProgressRecord record)
    {
        bool known = _active.RemoveAll(entry => entry.Source == source && entry.Record.ActivityId == record.ActivityId) > 0;
        if (record.RecordType == ProgressRecordType.Completed)
        {
            if (known)
            {
                Hide();
                Draw();
            }

            return;
        }

        _active.Add((source, record));
        if (!known || Stopwatch.GetElapsedTime(_lastShown) >= Interval)
        {
            Draw();
        }
    }

    /// <summary>Forgets all records: the command has ended.</summary>
    public void Clear()
    {
        _active.Clear();
        Hide();
    }

    public void Hide()
    {
        if (_shown)
        {
            _shown = false;
            Console.Out.Write("\r\e[2K");
        }
    }

    /// <summary>Progress never overwrites a line that a command has begun.</summary>
    public void OutputEnded(string text) => _atLineStart = text.EndsWith('\n');

    private void Draw()
    {
        if (_active.Count == 0 || !_atLineStart)
        {
            return;
        }

        _lastShown = Stopwatch.GetTimestamp();
        string line = Text(_active[^1].Record, Math.Max(20, Terminal.Width) - 1);
        string style = Terminal.WantsColor ? PSStyle.Instance.Progress.Style : string.Empty;
        string reset = style.Length > 0 ? PSStyle.Instance.Reset : string.Empty;
        Console.Out.Write($"\r\e[2K{style}{line}{reset}");
        _shown = true;
    }

    private static string Text(ProgressRecord record, int width)
    {
        string text = record.Activity;
        if (!string.IsNullOrEmpty(record.StatusDescription))
        {
            text += ": " + record.StatusDescription;
        }

        if (!string.IsNullOrEmpty(record.CurrentOperation))
        {
            text += " - " + record.CurrentOperation;
        }

        if (record.SecondsRemaining >= 0)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" ({TimeSpan.FromSeconds(record.SecondsRemaining):c} left)");
        }

        text = text.ReplaceLineEndings(" ");
        string bar = record.PercentComplete >= 0 ? Bar(record.PercentComplete) : string.Empty;
        int room = width - bar.Length;
        return bar + (text.Length > room ? string.Concat(text.AsSpan(0, Math.Max(0, room - 1)), "…") : text);
    }

    private static string Bar(int percent)
    {
        const int Cells = 20;
        int full = Math.Clamp(percent, 0, 100) * Cells / 100;
        return string.Create(CultureInfo.InvariantCulture, $"[{new string('=', full)}{new string(' ', Cells - full)}] {percent,3}% ");
    }
}
