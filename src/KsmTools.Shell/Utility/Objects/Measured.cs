namespace KsmTools.Shell.Utility;

/// <summary>Running figures of one property.</summary>
internal sealed class Measured
{
    public int Count { get; set; }

    public double Sum { get; private set; }

    /// <summary>The sample variance, updated value by value (Welford).</summary>
    public double Variance { get; private set; }

    public object? Minimum { get; set; }

    public object? Maximum { get; set; }

    public int Lines { get; private set; }

    public int Words { get; private set; }

    public int Characters { get; private set; }

    /// <summary>Adds a number that <see cref="Count"/> counts already.</summary>
    public void AddNumber(double number, bool variance)
    {
        double before = Sum;
        Sum += number;
        if (variance && Count > 1)
        {
            double distance = number - (before / (Count - 1));
            Variance = (Variance * (Count - 2.0) / (Count - 1)) + (distance * distance / Count);
        }
    }

    public void AddText(string text, bool lines, bool words, bool characters, bool ignoreWhiteSpace)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (characters)
        {
            Characters += ignoreWhiteSpace ? text.Count(character => !char.IsWhiteSpace(character)) : text.Length;
        }

        if (words)
        {
            bool inWord = false;
            foreach (char character in text)
            {
                bool white = char.IsWhiteSpace(character);
                Words += !white && !inWord ? 1 : 0;
                inWord = !white;
            }
        }

        if (lines)
        {
            Lines += text.AsSpan().Count('\n') + (text[^1] == '\n' ? 0 : 1);
        }
    }
}
