using CsCheck;
using KsmTools.Records;
using KsmTools.Report;
using KsmTools.Rmap.Comparison;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Report;

/// <summary>Where text of reports lies, by the metrics of the font that they are painted with.</summary>
public sealed class ReportGeometryTests
{
    // Letters of tables and headings may be larger; smaller ones nobody reads on a phone.
    private const double SmallestText = 12;
    private const double Rounding = 0.01;

    private static readonly double[] Widths = [360, 800, 896];

    private static readonly Gen<RmapMeasuredSet[]> Sets = ReportSamples.Set.Array[1, 26];

    [Fact]
    public void No_text_lies_on_another_or_leaves_its_drawing() => Sets.ForAll(
        sets =>
        {
            IReadOnlyList<ReportGroup> groups = ReportSamples.Groups(sets);
            foreach (ReportChart chart in ReportChart.Of(groups))
            {
                Assert.All(Widths, width => AssertReadable(chart.Draw(width), chart.Title));
            }

            AssertReadable(ReportSheet.Draw(ReportSamples.Contents(groups)), "sheet");
            AssertReadable(ReportSheet.Draw(ReportSamples.Contents(groups).Paintable()), "painted sheet");
        },
        cases: 60);

    // From one step of a clock to all that a trace can hold.
    [Fact]
    public void Labels_have_room_however_long_they_are() => Gen.Select(Gen.Long[1, long.MaxValue >> 5].Array[1, 6], Gen.Int[0, 57], Gen.Int[0, 57], Gen.Bool).ForAll(
        (numbers, shift, shiftOfTimes, isSteps) =>
        {
            RmapTimeUnit unit = isSteps ? RmapTimeUnit.Ticks : RmapTimeUnit.Nanoseconds;
            long[] durations = [.. numbers.Select(number => number >> shift)];
            var timeline = new Timeline();
            foreach (long number in numbers)
            {
                timeline.Add(number >> shiftOfTimes, number >> shift);
            }

            ReportGroup[] groups = [new ReportGroup("x", ReportSamples.Of(durations) with { TimeUnit = unit }, timeline) { IsDrawn = true }];
            foreach (ReportChart chart in ReportChart.Of(groups))
            {
                Assert.All(Widths, width => AssertReadable(chart.Draw(width), chart.Title));
            }
        },
        cases: 300);

    [Fact]
    public void Steps_of_a_clock_are_counted_as_walks_are()
    {
        var axis = LogAxis.Of([new ReportGroup("x", ReportSamples.Of([100_000_000, 1_500_000_000_000_000]) with { TimeUnit = RmapTimeUnit.Ticks }, null)], 0, 900);
        var drawing = new Drawing(1000, 50);
        axis.DrawAcross(drawing, 0, 20);
        Assert.Equal(["100 M", "300 M", "1 G", "3 G", "10 G", "30 G", "100 G", "300 G", "1 T", "3 T", "10 T", "30 T", "100 T", "300 T", "1 P"], ReportSamples.Texts(drawing).Select(text => text.Text));
    }

    // As close as can be, at the edges, alone, and as wide as text gets.
    [Theory]
    [InlineData(1L)]
    [InlineData(7L, 7L, 7L)]
    [InlineData(1L, 10_800_000_000_000L)]
    [InlineData(24_623_000L, 24_623_001L, 24_700_000L)]
    [InlineData(0L, 0L, 3L)]
    public void Percentiles_that_nearly_coincide_have_labels_of_their_own(params long[] durations)
    {
        RmapMeasuredSet set = new() { Statistics = ReportSamples.Of(durations) with { Command = "qemu-system-x86", PageType = RmapPageType.Ksm } };
        IReadOnlyList<ReportGroup> groups = ReportSamples.Groups([set]);
        foreach (double width in Widths)
        {
            Drawing drawing = DistributionChart.Draw(groups, width);
            AssertReadable(drawing, $"{width}");
            long?[] values = [set.Statistics.P50Nanoseconds, set.Statistics.P99Nanoseconds, set.Statistics.MaximumNanoseconds];
            Assert.Equal(values.Distinct().Count(), ReportSamples.Texts(drawing).Count(text => text.Text.Contains("P50", StringComparison.Ordinal) || text.Text.Contains("P99", StringComparison.Ordinal) || text.Text.Contains("max", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_percentiles_line_crosses_no_label() => Sets.ForAll(
        sets =>
        {
            IReadOnlyList<ReportGroup> groups = ReportSamples.Groups(sets);
            foreach (ReportChart chart in ReportChart.Of(groups).Where(chart => chart.Title.StartsWith("How long", StringComparison.Ordinal)))
            {
                Drawing drawing = chart.Draw(360);
                TextBox[] labels = [.. ReportSamples.Texts(drawing).Where(text => text.Ink == Ink.Text && !text.Bold).Select(text => text.Box)];
                foreach (LinesShape line in drawing.Shapes.OfType<LinesShape>().Where(line => line.Opacity < 1))
                {
                    (double x, double top) = line.Lines[0][0];
                    double bottom = line.Lines[0][1].Y;
                    Assert.DoesNotContain(labels, box => box.Left < x && x < box.Right && box.Top < bottom && top < box.Bottom);
                }
            }
        },
        cases: 60);

    // Bars begin and end at other numbers than axes.
    [Fact]
    public void Bars_stand_on_their_axis_from_end_to_end() => Sets.ForAll(AssertBarsOnAxes, cases: 100);

    [Fact]
    public void A_bar_at_the_end_of_a_long_axis_does_not_stick_out() =>
        AssertBarsOnAxes([.. ((long[])[1, 19_000_000_000_000]).Select((duration, i) => new RmapMeasuredSet { Statistics = ReportSamples.Of([duration]) with { ThreadId = i } })]);

    [Fact]
    public void The_whole_of_a_name_that_is_cut_is_there()
    {
        string name = string.Concat(Enumerable.Repeat("very_long_function_name_", 12));
        RmapMeasuredSet set = new() { Statistics = ReportSamples.Of([5, 6]) with { Caller = name } };
        IReadOnlyList<ReportGroup> groups = ReportSamples.Groups([set]);
        Drawing drawing = DistributionChart.Draw(groups, 360);
        TextShape title = Assert.Single(ReportSamples.Texts(drawing), text => text.Bold);
        Assert.EndsWith("\u2026", title.Text, StringComparison.Ordinal);
        Assert.Equal(name, title.Title);
        Assert.Equal(name, string.Concat(ReportSamples.Texts(ReportSheet.Draw(ReportSamples.Contents(groups))).Where(text => text.Bold && name.Contains(text.Text, StringComparison.Ordinal)).Select(text => text.Text)));
    }

    private static void AssertBarsOnAxes(RmapMeasuredSet[] sets)
    {
        ReportGroup[] groups = [.. ReportGroups.InOrder(ReportSamples.Groups(sets).Where(group => group.IsDrawn))];
        foreach (double width in Widths)
        {
            Drawing drawing = DistributionChart.Draw(groups, width);
            (double X, double Y)[][] axes = [.. drawing.Shapes.OfType<LinesShape>().Where(line => line.Ink == Ink.Muted).Select(line => line.Lines[0]).Where(line => line[0].Y == line[1].Y && line[1].X - line[0].X > 50)];
            Assert.Equal(groups.Length, axes.Length);
            Assert.All(drawing.Shapes.OfType<BarShape>(), bar => Assert.True(
                Array.Exists(axes, axis => Math.Abs(axis[0].Y - bar.Y - bar.Height) < Rounding && axis[0].X <= bar.X + Rounding && bar.X + bar.Width <= axis[1].X + Rounding), $"{width}: {bar}"));
        }
    }

    private static void AssertReadable(Drawing drawing, string what)
    {
        TextShape[] texts = [.. ReportSamples.Texts(drawing).Where(text => text.Width > 0).OrderBy(text => text.Box.Top)];
        Assert.All(texts, text => Assert.True(text.Size >= SmallestText, text.Text));
        Assert.All(texts, text => Assert.True(
            text.Box is { Left: >= -Rounding, Top: >= -Rounding } && text.Box.Right <= drawing.Width + Rounding && text.Box.Bottom <= drawing.Height + Rounding, $"{what} {drawing.Width}: '{text.Text}' at {text.Box}"));
        for (int i = 0; i < texts.Length; i++)
        {
            for (int j = i + 1; j < texts.Length && texts[j].Box.Top < texts[i].Box.Bottom; j++)
            {
                Assert.False(texts[i].Box.Overlaps(texts[j].Box), $"{what} {drawing.Width}: '{texts[i].Text}' and '{texts[j].Text}'");
            }
        }
    }
}
