using CsCheck;
using KsmTools.Report;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Report;

/// <summary>Whatever is drawn has its name beside it, and whatever is not is named as left out.</summary>
public sealed class ReportLegendTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_chart_names_each_group_that_it_draws_once(int ofType)
    {
        IReadOnlyList<ReportGroup> groups = ReportSamples.Groups(ofType);
        ReportGroup[] drawn = [.. groups.Where(group => group.IsDrawn)];
        Assert.Equal(Math.Min(groups.Count, ReportGroups.MostDrawn), drawn.Length);
        foreach (ReportChart chart in ReportChart.Of(groups))
        {
            foreach (double width in (double[])[360, 800])
            {
                Drawing drawing = chart.Draw(width);
                Assert.All(drawn, group => Assert.Single(ReportSamples.Texts(drawing), text => text.IsNameOf(group)));
                Assert.All(groups.Except(drawn), group => Assert.DoesNotContain(ReportSamples.Texts(drawing), text => text.IsNameOf(group)));
            }
        }
    }

    [Fact]
    public void The_legend_has_the_lines_that_are_drawn() => ReportSamples.Set.Array[1, 26].ForAll(
        sets =>
        {
            ReportGroup[] drawn = [.. ReportGroups.InOrder(ReportSamples.Groups(sets).Where(group => group.IsDrawn))];
            Drawing drawing = PercentileChart.Draw(drawn, 800);
            LinesShape[] lines = [.. drawing.Shapes.OfType<LinesShape>().Where(line => line.Thickness == 2)];
            LinesShape[] samples = [.. lines.Where(line => line.Lines[0].Length == 2)];
            LinesShape[] curves = [.. lines.Except(samples)];
            Assert.Equal(drawn.Select(Look), samples.Select(Of));
            Assert.Equal(drawn.Select(Look), curves.Select(Of));
            Assert.Equal(drawn.Length, drawing.Shapes.OfType<TextShape>().Count(text => drawn.Any(text.IsNameOf)));

            // Those of one panel can be told apart.
            foreach (LinesShape[] panel in samples.GroupBy(sample => (Math.Round(drawing.Width / 2) <= sample.Lines[0][0].X, curves[Array.IndexOf(samples, sample)].Lines[0][0].Y > drawing.Height / 2)).Select(group => group.ToArray()).Where(group => group.Length <= Inks.Shades))
            {
                Assert.Equal(panel.Length, panel.Select(Of).Distinct().Count());
            }

            static (Ink, string) Look(ReportGroup group) => (group.Style.Ink, string.Join(' ', group.Style.Dash));
            static (Ink, string) Of(LinesShape line) => (line.Ink, string.Join(' ', line.Dash));
        });

    [Fact]
    public void Groups_that_are_not_drawn_are_named_and_the_table_has_all()
    {
        IReadOnlyList<ReportGroup> groups = ReportSamples.Groups(8);
        string left = Assert.Single(ReportTable.LeftOut(groups, ReportTable.Listed(groups, HtmlPage.MostListed)));
        Assert.StartsWith("The charts show 12 groups", left, StringComparison.Ordinal);
        Assert.Contains("12 more groups are in the table only: ", left, StringComparison.Ordinal);
        foreach (ReportGroup group in groups)
        {
            Assert.Equal(!group.IsDrawn, left.Contains(group.Name, StringComparison.Ordinal));
        }

        string html = HtmlPage.Write(ReportSamples.Contents(groups));
        Assert.Contains(left, html, StringComparison.Ordinal);
        Assert.All(groups, group => Assert.Contains($"<bdi>{group.Name}</bdi></th>", html, StringComparison.Ordinal));
        Assert.Equal(12, html.Split("<svg class=\"mark\"").Length - 1);

        // No page type drives out another by its long walks.
        Assert.All(groups.Where(group => group.IsDrawn).GroupBy(group => group.Statistics.PageType), type => Assert.Equal(4, type.Count()));
        Assert.Empty(ReportTable.LeftOut(ReportSamples.Groups(4), ReportSamples.Groups(4)));
    }

    // Walks may be equal, and a page type is drawn whose walks are all short.
    [Fact]
    public void Of_groups_that_the_table_has_no_room_for_it_says_what_is_so() => ReportSamples.Set.Array[14, 40].ForAll(sets =>
    {
        IReadOnlyList<ReportGroup> groups = ReportSamples.Groups(sets);
        IReadOnlyList<ReportGroup> listed = ReportTable.Listed(groups, ReportGroups.MostDrawn + 1);
        if (listed.Count < groups.Count)
        {
            Assert.EndsWith(
                $"The table leaves out {groups.Count - listed.Count} of {groups.Count} groups: their longest walks are no longer than those of any group that is in it without a mark. Measure-RmapWalk gives all of them.",
                ReportTable.LeftOut(groups, listed).Last(),
                StringComparison.Ordinal);
            Assert.True(groups.Except(listed).Max(group => group.Statistics.MaximumNanoseconds) <= listed.Where(group => !group.IsDrawn).Min(group => group.Statistics.MaximumNanoseconds));
        }
    });

    [Fact]
    public void The_longest_walks_are_drawn()
    {
        IReadOnlyList<ReportGroup> groups = ReportSamples.Groups(8);
        foreach (IGrouping<Records.RmapPageType?, ReportGroup> type in groups.GroupBy(group => group.Statistics.PageType))
        {
            Assert.True(type.Where(group => group.IsDrawn).Min(group => group.Statistics.MaximumNanoseconds) > type.Where(group => !group.IsDrawn).Max(group => group.Statistics.MaximumNanoseconds));
        }
    }

    [Theory]
    [InlineData(1, "0 1")]
    [InlineData(3, "0 1 2 3")]
    [InlineData(49, "0 20 40")]
    [InlineData(9_999, "0 5,000")]
    [InlineData(26_000, "0 10 k 20 k")]
    [InlineData(4_000_000, "0 2 M 4 M")]
    public void Walks_are_counted_at_round_numbers(long highest, string marks) => Assert.Equal(marks, string.Join(' ', CountAxis.Marks(highest, 3).Select(mark => mark.Text)));

    [Fact]
    public void A_scale_of_walks_always_has_a_number_beside_zero() => Gen.Select(Gen.OneOf(Gen.Long[1, 200], Gen.Long[1, long.MaxValue >> 8]), Gen.Int[2, 6], Gen.Bool).ForAll((highest, most, _) =>
    {
        (long Count, string Text)[] marks = [.. CountAxis.Marks(highest, most)];
        Assert.InRange(marks.Length, 2, most + 1);
        Assert.True(marks[^1].Count <= highest && marks[0].Count == 0);
        Assert.Equal(marks.Length, marks.Select(mark => mark.Text).Distinct().Count());
    });

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Each_chart_says_where_walks_of_no_time_are(long shortest, bool isSaid)
    {
        var timeline = new Timeline();
        timeline.Add(0, shortest);
        timeline.Add(9, 7);
        ReportChart[] charts = [.. ReportChart.Of([new ReportGroup("x", ReportSamples.Of([shortest, 7]), timeline) { IsDrawn = true }])];
        Assert.Equal(3, charts.Length);
        Assert.All(charts, chart => Assert.Equal(isSaid, chart.Draw(360).Caption.Contains(KsmTools.Messages.ReportZeroes)));
    }

    // The walks of the second are long, and it alone is drawn.
    [Fact]
    public void Time_begins_with_the_first_walk_of_all()
    {
        ReportGroup[] groups = [.. ((long[])[20_000_000_000, 100_000_000_000]).Select((start, i) => new ReportGroup($"{i}", ReportSamples.Of([5, 7]), Starting(start)) { IsDrawn = i == 1 })];
        Drawing drawing = ReportChart.Of(groups).Last().Draw(800);
        double origin = ReportSamples.Texts(drawing).Single(text => text.Text == "0").X;
        double fifty = ReportSamples.Texts(drawing).Single(text => text.Text == "50").X;
        double first = drawing.Shapes.OfType<LinesShape>().Single(lines => lines.Ink == groups[1].Style.Ink && lines.Opacity == 1).Lines.Min(line => (line[0].X + line[1].X) / 2);
        Assert.Equal(80, (first - origin) / (fifty - origin) * 50, 1e-6);

        static Timeline Starting(long start)
        {
            var timeline = new Timeline();
            timeline.Add(start, 5);
            timeline.Add(start + 30_000_000_000, 7);
            return timeline;
        }
    }

    [Fact]
    public void Dots_are_explained_by_what_they_are()
    {
        var few = new Timeline();
        few.Add(0, 5);
        few.Add(1_000_000, 7);
        var many = new Timeline();
        for (int i = 0; i < 50_000; i++)
        {
            many.Add(i * 1000L, 5 + (i % 9));
        }

        Assert.Equal([KsmTools.Messages.ReportDots], TimelineChart.Draw([One(few)], 0, 800).Caption);
        string thinned = Assert.Single(TimelineChart.Draw([One(many)], 0, 800).Caption);
        Assert.StartsWith("Not every walk has a dot: time is divided into spans of 131.07 \u00B5s.", thinned, StringComparison.Ordinal);

        static ReportGroup One(Timeline timeline) => new("x", ReportSamples.Of([5, 7]), timeline) { IsDrawn = true };
    }
}
