using CsCheck;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Report;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Tests.Report;

/// <summary>Groups of walks as reports get them, and what there is in their drawings.</summary>
internal static class ReportSamples
{
    private static readonly string[] Names =
    [
        "ksmd", "qemu-system-x86", "kworker/u16:2+ev", "WWWWWWWWWWWWWWWW", "iiiiiiiiiiiiiiii", "a b c d e f g h", "\u05d0\u05d1\u05d2\u05d3", "\u0645\u0631\u062d\u0628\u0627", "\U0001F600\U0001F600\U0001F600\U0001F600",
        "e\u0301a\u0308o\u0302", "\u4e2d\u6587\u4e2d\u6587\u4e2d", "\uFDFD\uFDFD", "\e[31mred", "<b>&'\"", "\u202Eevil", "\uD800",
    ];

    private static readonly RmapPageType?[] Types = [RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File, null];

    /// <summary>Everything that a group may be: any name, page type and count, durations from 0 to hours, all alike or far apart.</summary>
    public static readonly Gen<RmapMeasuredSet> Set =
        from name in Gen.OneOf(Gen.Int[0, Names.Length - 1].Select(i => Names[i]), Gen.Char['!', '~'].Array[1, 15].Select(letters => new string(letters)))
        from caller in Gen.OneOf(Gen.Const((string?)null), Gen.Char['a', 'z'].Array[1, 60].Select(letters => (string?)new string(letters)))
        from type in Gen.Int[0, 3]
        from cpu in Gen.OneOf(Gen.Const((int?)null), Gen.Int[0, 255].Select(number => (int?)number))
        from durations in Gen.OneOf(Gen.Long[0, 4], Gen.Long[1, 1_000], Gen.Long[1_000, 30_000_000], Gen.Long[0, 20_000_000_000_000]).Array[1, 30]
        from times in Gen.OneOf(Gen.Const(1L), Gen.Long[1, 2_000_000_000])
        select new RmapMeasuredSet { Statistics = Of(durations, times) with { PageType = Types[type], Command = name, Cpu = cpu, Caller = caller } };

    /// <summary>The statistics of walks, each of which was so many times.</summary>
    public static RmapWalkStatistics Of(long[] durations, long times = 1)
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
        foreach (long duration in durations)
        {
            measurement.Add(new RmapWalk { DurationNanoseconds = duration });
        }

        RmapWalkStatistics one = measurement.Statistics().Single();
        return one with { Count = one.Count * times, Histogram = [.. one.Histogram.Select(bucket => new RmapHistogramBucket { FromNanoseconds = bucket.FromNanoseconds, ToNanoseconds = bucket.ToNanoseconds, Count = bucket.Count * times })] };
    }

    /// <summary>Groups of threads, with a timeline each: so many of each page type.</summary>
    public static IReadOnlyList<ReportGroup> Groups(int ofType)
    {
        var sets = new List<RmapMeasuredSet>();
        var timelines = new Dictionary<TimelineKey, Timeline>();
        foreach (RmapPageType type in Enum.GetValues<RmapPageType>())
        {
            for (int i = 0; i < ofType; i++)
            {
                RmapWalkStatistics statistics = Of([1000 * (i + 1), 2000 * (i + 1), (1 + (int)type) * 50_000 * (i + 1)]) with { PageType = type, Command = $"worker{i}" };
                sets.Add(new RmapMeasuredSet { Statistics = statistics });
                timelines[TimelineKey.Of(statistics)] = Times(i);
            }
        }

        return ReportGroups.Of(sets, timelines);
    }

    /// <summary>Any sets as groups; every second has a timeline.</summary>
    public static IReadOnlyList<ReportGroup> Groups(IReadOnlyList<RmapMeasuredSet> sets) => ReportGroups.Of(
        sets, sets.Where((_, i) => i % 2 == 0).Select(set => TimelineKey.Of(set.Statistics)).Distinct().ToDictionary(key => key, key => Times(key.Group.ToString().Length)));

    /// <summary>What a report says of groups.</summary>
    public static ReportContents Contents(IReadOnlyList<ReportGroup> groups, string title = "A title") =>
        new(title, "written", [], groups, [("Kernel", "6.18")], [.. ReportNotes.Of(groups, 1)]);

    /// <summary>The texts of a drawing.</summary>
    public static IEnumerable<TextShape> Texts(Drawing drawing) => drawing.Shapes.OfType<TextShape>();

    /// <summary>The name as people see it, or as much of it as a drawing has.</summary>
    public static bool IsNameOf(this TextShape text, ReportGroup group) => (text.Title ?? text.Text) == TerminalText.Escape(group.Name);

    private static Timeline Times(int seed)
    {
        var timeline = new Timeline();
        for (int i = 0; i < 20; i++)
        {
            timeline.Add((seed * 17L) + (i * (1L << (seed % 40))), 1000 + i);
        }

        return timeline;
    }
}
