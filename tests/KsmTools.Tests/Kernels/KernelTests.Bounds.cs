namespace KsmTools.Tests.Kernels;

/// <summary>What walks visit is between the bounds of Compare-RmapStrategy.</summary>
public abstract partial class KernelTests<TLab>
{
    private static Lazy<BoundsAnswers>? _bounds;

    private BoundsAnswers Bounds => (_bounds ??= new Lazy<BoundsAnswers>(() => BoundsAnswers.Ask(lab))).Value;

    // Mappings that were added one by one (Adjacent) may or may not have a neighbour in their tree, so that only the bounds are sure of them.
    // A migration makes two whole passes over the items, and before that one or two that end when all is unmapped.
    [Fact]
    public void Walks_visit_as_many_mappings_as_the_bounds_allow()
    {
        Assert.Equal(["OneMapping", "Adjacent", "Apart", "Holes", "Forked", "Protected", "Unrelated", "ForkedBefore"], Bounds.Layouts.Select(layout => layout.Name));
        Assert.All(Bounds.Layouts, layout =>
        {
            Assert.Equal(WalksAreBounded, layout.Bounded);
            Assert.True(layout.Visits >= 2 * layout.Minimum, layout.ToString());
            Assert.True(layout.Visits <= WithOthers(4 * (layout.Bounded ? layout.Stored : layout.Maximum)), layout.ToString());
            Assert.True(layout.Stored <= layout.Maximum && layout.Visited == layout.Maximum, layout.ToString());
        });
        Assert.Empty(Bounds.Left);
    }

    [Theory]
    [InlineData("OneMapping", 256, 3)]
    [InlineData("Apart", 256, 3)]
    [InlineData("Holes", 256, 3)]
    [InlineData("Protected", 256, 3)]
    [InlineData("Unrelated", 0, 3)]
    [InlineData("Forked", 4 * 256, 4)]
    public void Mappings_are_on_the_anon_vmas_that_the_bounds_are_for(string name, long stored, int passes)
    {
        LayoutAnswers layout = Bounds.Layouts.Single(layout => layout.Name == name);
        stored = stored == 0 ? layout.Sharing + layout.Elsewhere : stored;
        long truth = layout.Bounded ? stored : layout.Truth;
        Assert.True(layout.Minimum <= truth && truth <= layout.Maximum, layout.ToString());

        // One pass that unmaps, which forks without items are left for another, and two of all.
        Assert.InRange(layout.Visits, (passes - 0.5) * truth, WithOthers(passes * truth));
        Assert.Equal(stored, layout.Stored);
        Assert.Equal(name is "Unrelated" or "Forked", layout.Elsewhere > 0);
    }

    // The kernel goes through trees for other pages, too, of which a few are walked meanwhile.
    private static double WithOthers(double visits) => (visits * 1.05) + 100;
}
