using BenchmarkDotNet.Attributes;
using KsmTools.Model;

namespace KsmTools.Benchmarks;

/// <summary>The anon_vma tree of the model: building it, and what a walk does for one item, bounded and over all mappings. The bounded one grows with log n.</summary>
[MemoryDiagnoser]
public class WalkLoops
{
    private const int Sharing = 256;

    private SyntheticLayout _layout = null!;

    /// <summary>Mappings of the anon_vma.</summary>
    [Params(1_000, 10_000, 100_000, 1_000_000)]
    public int VmaCount { get; set; }

    /// <summary>Makes the layout.</summary>
    [GlobalSetup]
    public void SetUp() => _layout = SyntheticLayout.Make(new RmapStrategyComparison { VmaCount = VmaCount, Sharing = Sharing }, CancellationToken.None);

    /// <summary>One interval after the other into a tree.</summary>
    [Benchmark]
    public int Build()
    {
        var tree = new IntervalTree<object>();
        for (int i = 0; i < VmaCount; i++)
        {
            tree.Insert((ulong)i, (ulong)i, this);
        }

        return tree.Height;
    }

    /// <summary>The fix: the mappings that cover the stored index, for each of 256 items.</summary>
    [Benchmark(OperationsPerInvoke = Sharing)]
    public long StoredPgoffPerItem()
    {
        var walker = new RmapWalker(_layout.Ksm, RmapStrategy.StoredPgoff);
        walker.WalkOnce(_layout.Walked);
        return walker.VmasVisited;
    }

    /// <summary>Without the fix: every mapping, for one item.</summary>
    [Benchmark]
    public long FullRangePerItem()
    {
        long visited = 0;
        long covering = 0;
        ulong at = _layout.Ksm.Items[_layout.Walked.FirstItem].Page;
        foreach (Vma vma in _layout.AnonVma.Tree.Overlapping(0, ulong.MaxValue))
        {
            visited++;
            covering += vma.Covers(at) ? 1 : 0;
        }

        return visited + covering;
    }
}
