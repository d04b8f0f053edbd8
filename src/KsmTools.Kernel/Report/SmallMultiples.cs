namespace KsmTools.Report;

/// <summary>Alike drawings one below the other, or in two columns where they are many and there is room.</summary>
internal sealed class SmallMultiples
{
    private const double Gap = 28;
    private const double Between = 12;
    private const double LeastForTwo = 600;

    private readonly double _width;
    private readonly int _count;
    private readonly int _columns;

    /// <summary>Their places.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="most">More than this are many.</param>
    /// <param name="width">The room.</param>
    public SmallMultiples(int count, int most, double width)
    {
        _count = count;
        _width = width;
        _columns = count > most && width >= LeastForTwo ? 2 : 1;
    }

    /// <summary>How wide each is.</summary>
    public double EachWidth => (_width - ((_columns - 1) * Gap)) / _columns;

    /// <summary>Draws them all.</summary>
    /// <param name="draw">Draws one, by its place.</param>
    /// <param name="foot">What is left free below them.</param>
    public Drawing Draw(Func<int, Drawing> draw, double foot)
    {
        Drawing[] all = [.. Enumerable.Range(0, _count).Select(draw)];
        double[] heights = [.. all.Chunk(_columns).Select(row => row.Max(one => one.Height) + Between)];
        var drawing = new Drawing(_width, heights.Sum() - Between + foot);
        for (int i = 0; i < all.Length; i++)
        {
            drawing.Add(all[i], i % _columns * (EachWidth + Gap), heights.Take(i / _columns).Sum());
        }

        return drawing;
    }
}
