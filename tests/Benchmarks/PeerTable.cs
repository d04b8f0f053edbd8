using System.Globalization;

namespace KsmTools.Benchmarks;

/// <summary>The rows of the comparison: what was measured, the peer's figure, ours, the ratio and the goal.</summary>
internal sealed class PeerTable
{
    private readonly List<string[]> _rows = [];

    public void Row(string what, string peer, double? theirs, double ours, string goal, double least)
    {
        if (theirs is { } seconds)
        {
            Add(what, peer, Seconds(seconds), Seconds(ours), Ratio(seconds / ours), goal, seconds / ours >= least);
        }
        else
        {
            Add(what, peer, "missing", Seconds(ours), "", goal, null);
        }
    }

    public void Add(string what, string peer, string theirs, string ours, string ratio, string goal, bool? reached) =>
        _rows.Add([what, peer, theirs, ours, ratio, goal, reached switch { null => "not measured", true => "reached", false => "NOT reached" }]);

    public void Print()
    {
        string[] titles = ["what", "peer", "the peer's", "ours", "ratio", "goal", "result"];
        Console.WriteLine($"| {string.Join(" | ", titles)} |");
        Console.WriteLine($"|{string.Concat(titles.Select(_ => "---|"))}");
        foreach (string[] row in _rows)
        {
            Console.WriteLine($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
        }
    }

    public static string Seconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.000} s");

    public static string Ratio(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00}");
}
