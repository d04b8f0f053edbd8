using CsCheck;
using KsmTools.Model;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Model;

public sealed class IntervalTreeTests
{
    private static readonly Gen<(int What, ulong Start, ulong Length, int Which)[]> Changes =
        Gen.Select(Gen.Int[0, 9], Gen.ULong[0, 200], Gen.ULong[0, 20], Gen.Int[0, 10_000]).Array[0, 300];

    [Fact]
    public void An_empty_tree_has_nothing()
    {
        var tree = new IntervalTree<string>();
        Assert.Empty(Found(tree, 0, ulong.MaxValue));
        Assert.Equal((0, 0), (tree.Count, tree.Height));
    }

    [Fact]
    public void Intervals_are_closed()
    {
        var tree = new IntervalTree<string>();
        tree.Insert(10, 20, "a");
        tree.Insert(ulong.MaxValue, ulong.MaxValue, "end");
        Assert.Empty(Found(tree, 0, 9));
        Assert.Equal(["a"], Found(tree, 0, 10));
        Assert.Equal(["a"], Found(tree, 20, 20));
        Assert.Empty(Found(tree, 21, ulong.MaxValue - 1));
        Assert.Equal(["a", "end"], Found(tree, 0, ulong.MaxValue));
    }

    [Fact]
    public void What_ends_before_it_begins_is_refused()
    {
        var tree = new IntervalTree<string>();
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Insert(2, 1, "a"));
        int node = tree.Insert(5, 9, "b");
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.SetLast(node, 4));
    }

    [Fact]
    public void A_random_tree_finds_what_a_linear_search_finds() => Changes.ForAll(changes =>
    {
        var tree = new IntervalTree<string>();
        var linear = new List<(int Node, ulong Start, ulong Last, string Value)>();
        foreach ((int what, ulong start, ulong length, int which) in changes)
        {
            switch (what)
            {
                case <= 5:
                    string value = $"{start}+{length}.{linear.Count}.{which}";
                    linear.Add((tree.Insert(start, start + length, value), start, start + length, value));
                    break;
                case <= 7 when linear.Count > 0:
                    tree.Remove(linear[which % linear.Count].Node);
                    linear.RemoveAt(which % linear.Count);
                    break;
                case 8 when linear.Count > 0:
                    int index = which % linear.Count;
                    linear[index] = linear[index] with { Last = linear[index].Start + length };
                    tree.SetLast(linear[index].Node, linear[index].Last);
                    break;
                default:
                    AssertSame(tree, linear, start, start + length);
                    break;
            }

            AssertSame(tree, linear, start, start);
        }

        AssertSame(tree, linear, 0, ulong.MaxValue);
        Assert.Equal(linear.Count, tree.Count);
    });

    // lib/rbtree.c: no way from the root to a leaf is more than twice as long as another.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_tree_stays_balanced_when_it_grows_and_shrinks(bool descending)
    {
        const int Count = 50_000;
        var tree = new IntervalTree<string>();
        var nodes = new List<int>();
        for (int i = 0; i < Count; i++)
        {
            ulong start = (ulong)(descending ? Count - i : i);
            nodes.Add(tree.Insert(start, start, string.Empty));
        }

        Assert.InRange(tree.Height, 1, 2 * Math.Log2(Count + 1));
        for (int i = 0; i < Count; i++)
        {
            if (i % 50 != 0)
            {
                tree.Remove(nodes[i]);
            }
        }

        Assert.Equal(Count / 50, tree.Count);
        Assert.InRange(tree.Height, 1, 2 * Math.Log2((Count / 50) + 1));
    }

    private static void AssertSame(IntervalTree<string> tree, List<(int Node, ulong Start, ulong Last, string Value)> linear, ulong start, ulong last)
    {
        // Equal starts come in the order of insertion, as OrderBy leaves them.
        IEnumerable<string> expected = linear.Where(one => one.Start <= last && one.Last >= start).OrderBy(one => one.Start).Select(one => one.Value);
        Assert.Equal(expected, Found(tree, start, last));
    }

    private static List<string> Found(IntervalTree<string> tree, ulong start, ulong last)
    {
        var found = new List<string>();
        foreach (string value in tree.Overlapping(start, last))
        {
            found.Add(value);
        }

        return found;
    }
}
