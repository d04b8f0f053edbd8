using System.Globalization;

namespace KsmTools.Benchmarks;

/// <summary>perf's own file and its text, beside perf script, and beside what one would type for the text.</summary>
internal static class PerfPeers
{
    private const int Events = 480_000;

    // Pairs by thread and sums up, as a line typed for the purpose does.
    private const string Awk = "/rmap_walk_start:/ { t = $4; sub(\":\", \"\", t); s[$2] = t } /rmap_walk_end:/ { t = $4; sub(\":\", \"\", t); n++; d += t - s[$2] } END { print n, d / n }";

    public static void AddTo(PeerTable table, string folder)
    {
        string data = Path.Combine(folder, "perf.data"), text = Path.Combine(folder, "perf.script.txt");
        new PerfDataGenerator().Write(data, text, Events);
        string what = string.Create(CultureInfo.InvariantCulture, $"Measure-RmapWalk -Path, perf.data, {Events:N0} events");
        double ours = Ours(data);
        double? script = Measured.Find("perf") is { } perf ? Measured.Best(3, () => Measured.Program(perf, "script", "-i", data).Seconds) : null;
        table.Row(what, "perf script > /dev/null", script, ours, "25 times the peer", 25);
        what = string.Create(CultureInfo.InvariantCulture, $"the same events as perf script prints them, {new FileInfo(text).Length >> 20} MiB");
        ours = Ours(text);
        double? awk = Measured.Find("awk") is { } program ? Measured.Best(3, () => Measured.Program(program, Awk, text).Seconds) : null;
        table.Row(what, "awk, one pairing", awk, ours, "10 times the peer", 10);
        double? count = Measured.Find("wc") is { } wc ? Measured.Best(5, () => Measured.Program(wc, "-l", text).Seconds) : null;
        table.Row(what, "wc -l", count, ours, "within 2 times the peer's time", 0.5);
    }

    // Enough runs for the compiler to have done its work: the goals are for a process that has started up.
    private static double Ours(string path)
    {
        _ = Measured.Best(20, () => Measured.Module(path).Seconds);
        return Measured.Best(10, () => Measured.Module(path).Seconds);
    }
}
