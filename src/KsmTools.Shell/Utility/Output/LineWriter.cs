using System.Globalization;
using System.Text;

namespace KsmTools.Shell.Utility;

/// <summary>A text writer that hands over each finished line.</summary>
internal sealed class LineWriter(Action<string> line) : TextWriter(CultureInfo.CurrentCulture)
{
    private readonly StringBuilder _pending = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        if (value == '\n')
        {
            Complete();
        }
        else if (value != '\r')
        {
            _pending.Append(value);
        }
    }

    public override void WriteLine(string? value)
    {
        _pending.Append(value);
        Complete();
    }

    public override void WriteLine() => Complete();

    /// <summary>Hands over what has no line end yet.</summary>
    public override void Flush()
    {
        if (_pending.Length > 0)
        {
            Complete();
        }
    }

    private void Complete()
    {
        string text = _pending.ToString();
        _pending.Clear();
        line(text);
    }
}
