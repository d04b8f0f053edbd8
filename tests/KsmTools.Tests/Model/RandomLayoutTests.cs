using CsCheck;
using KsmTools.Model;

namespace KsmTools.Tests.Model;

public sealed class RandomLayoutTests
{
    [Fact]
    public void The_stored_index_finds_exactly_what_the_full_range_finds() => RandomMachine.Steps.Sample(steps => RandomMachine.Run(steps, 8, ksm =>
    {
        foreach (StableNode node in ksm.StableNodes)
        {
            RmapWalker full = Walk(ksm, node, RmapStrategy.FullRange);
            RmapWalker stored = Walk(ksm, node, RmapStrategy.StoredPgoff);
            Assert.Equal(full.Found, stored.Found);
            Assert.True(stored.VmasVisited <= full.VmasVisited);

            // What is found is mapped; the address-derived walk may miss, and never makes up.
            HashSet<(long, ulong)> mapped = RandomMachine.MappingsOf(ksm, node.Page);
            Assert.Superset(full.Found.ToHashSet(), mapped);
            Assert.Subset(full.Found.ToHashSet(), Walk(ksm, node, RmapStrategy.AddressDerived).Found.ToHashSet());
            Assert.Equal(mapped.Count, node.Page.MapCount);
        }
    }));

    [Fact]
    public void After_two_scans_the_walk_finds_every_mapping() => RandomMachine.Steps.Sample(steps =>
    {
        KsmModel ksm = RandomMachine.Run(steps, 8);
        ksm.ScanAll();
        ksm.ScanAll();
        foreach (StableNode node in ksm.StableNodes)
        {
            Assert.Equal(RandomMachine.MappingsOf(ksm, node.Page), Walk(ksm, node, RmapStrategy.StoredPgoff).Found);
        }
    });

    [Fact]
    public void Every_tree_holds_the_mappings_that_it_should() => RandomMachine.Steps.Sample(steps =>
    {
        KsmModel ksm = RandomMachine.Run(steps, 8);
        foreach (AddressSpace mm in ksm.AddressSpaces)
        {
            ulong end = 0;
            foreach (Vma vma in mm.Vmas)
            {
                Assert.True(vma.Start >= end && vma.End > vma.Start);
                end = vma.End;
                if (vma.AnonVma is not { } anonVma)
                {
                    continue;
                }

                // Each page of a mapping leads back to the mapping, by its linear index.
                for (ulong at = vma.Start; at < vma.End; at++)
                {
                    Assert.Contains(vma, InTree(anonVma, vma.LinearPageIndex(at)));
                }
            }
        }
    });

    [Fact]
    public void Items_and_counters_agree() => RandomMachine.Steps.Sample(steps => RandomMachine.Run(steps, 3, ksm =>
    {
        int items = 0;
        foreach (StableNode node in ksm.StableNodes)
        {
            long[] listed = [.. node.Items(ksm.Items)];
            Assert.Equal(node.Length, listed.Length);
            Assert.All(listed, item => Assert.True(ksm.Items[item].IsStable && ksm.Items[item].Head == node.Id && ksm.Items.HoldsPgoff(item)));
            items += listed.Length;
        }

        Assert.Equal(items, ksm.PagesShared + ksm.PagesSharing);
        Assert.Equal(ksm.StableNodes.Count(node => node.Length > 0), ksm.PagesShared);
    }));

    private static RmapWalker Walk(KsmModel ksm, StableNode node, RmapStrategy strategy)
    {
        var walker = new RmapWalker(ksm, strategy);
        walker.Walk(node, endsWhenUnmapped: false);
        return walker;
    }

    private static List<Vma> InTree(AnonVma anonVma, ulong pgoff)
    {
        var found = new List<Vma>();
        foreach (Vma vma in anonVma.Tree.Overlapping(pgoff, pgoff))
        {
            found.Add(vma);
        }

        return found;
    }
}
