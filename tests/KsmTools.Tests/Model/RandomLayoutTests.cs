using CsCheck;
using KsmTools.Model;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Model;

public sealed class RandomLayoutTests
{
    [Fact]
    public void The_stored_index_finds_exactly_what_the_full_range_finds() => RandomMachine.Steps.ForAll(steps => RandomMachine.Run(steps, 8, ksm =>
    {
        foreach (StableNode node in ksm.StableNodes)
        {
            RmapWalker full = ksm.Walk(node, RmapStrategy.FullRange);
            RmapWalker stored = ksm.Walk(node, RmapStrategy.StoredPgoff);
            Assert.Equal(full.Found.Where(found => CoversAnIndex(ksm, node, found)).ToHashSet(), stored.Found);
            Assert.True(stored.VmasVisited <= full.VmasVisited);

            // What is found is mapped; the address-derived walk may miss, and never makes up.
            HashSet<(long, ulong)> mapped = RandomMachine.MappingsOf(ksm, node.Page);
            Assert.Superset(full.Found.ToHashSet(), mapped);
            Assert.Subset(full.Found.ToHashSet(), ksm.Walk(node, RmapStrategy.AddressDerived).Found.ToHashSet());
            Assert.Equal(mapped.Count, node.Page.MapCount);
        }
    }));

    // Not so for a page that became a KSM page in the last scan: RmapItemTests.A_place_that_smart_scan_passed_over_is_found_a_scan_later.
    [Fact]
    public void After_a_scan_the_walk_finds_every_mapping_of_what_was_merged_before() => RandomMachine.Steps.ForAll(steps =>
    {
        KsmModel ksm = RandomMachine.Run(steps, 8);
        HashSet<long> before;
        do
        {
            before = [.. ksm.StableNodes.Select(node => node.Id)];
            ksm.ScanAll();
            foreach (StableNode node in ksm.StableNodes.Where(node => before.Contains(node.Id)))
            {
                HashSet<(long, ulong)> mapped = RandomMachine.MappingsOf(ksm, node.Page);
                Assert.Equal(mapped, ksm.Walk(node, RmapStrategy.StoredPgoff).Found);
                Assert.Equal(mapped, ksm.Walk(node, RmapStrategy.FullRange).Found);
            }
        }
        while (!ksm.StableNodes.All(node => before.Contains(node.Id)));
    });

    [Fact]
    public void Every_tree_holds_the_mappings_that_it_should() => RandomMachine.Steps.ForAll(steps =>
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
                    Assert.Contains(vma, InTree(anonVma, vma.LinearPageIndex(at), vma.LinearPageIndex(at)));
                }
            }
        }
    });

    [Fact]
    public void Items_and_counters_agree() => RandomMachine.Steps.ForAll(steps => RandomMachine.Run(steps, 3, ksm =>
    {
        int items = 0;
        foreach (StableNode node in ksm.StableNodes)
        {
            long[] listed = [.. node.Items(ksm.Items)];
            Assert.Equal(node.Length, listed.Length);
            Assert.All(listed, item => Assert.True(ksm.Items[item].IsStable && ksm.Items[item].Head == node.Id && ksm.Items.HoldsLinearPageIndex(item)));
            items += listed.Length;
        }

        Assert.Equal(items, ksm.PagesShared + ksm.PagesSharing);
        Assert.Equal(ksm.StableNodes.Count(node => node.Length > 0), ksm.PagesShared);
    }));

    // Not so for a mapping that is there by chance alone: RmapWalkerTests.A_mapping_that_the_full_range_finds_by_chance_is_found_by_its_index_a_scan_later.
    private static bool CoversAnIndex(KsmModel ksm, StableNode node, (long Mm, ulong Page) found)
    {
        Vma vma = ksm.AddressSpaceOf(found.Mm).Find(found.Page)!;
        return node.Items(ksm.Items).Any(item =>
            ksm.Items[item].Page == found.Page && ksm.Items.LinearPageIndex(item) >= vma.Pgoff && ksm.Items.LinearPageIndex(item) <= vma.LastPgoff
            && InTree(ksm.AnonVmaOf(item), 0, ulong.MaxValue).Contains(vma));
    }

    private static List<Vma> InTree(AnonVma anonVma, ulong first, ulong last)
    {
        var found = new List<Vma>();
        foreach (Vma vma in anonVma.Tree.Overlapping(first, last))
        {
            found.Add(vma);
        }

        return found;
    }
}
