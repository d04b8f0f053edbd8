using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Model;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Model;

/// <summary>Real processes whose anon_vmas are known by how they were made.</summary>
public sealed class RealWalkBoundsTests
{
    private static readonly KernelTree Live = new("/");

    [Fact]
    public void Holes_in_a_mapping_leave_its_parts_on_one_anon_vma()
    {
        const int Pages = 4000;
        Needs.Ksm();
        string before = RealKsm.Snapshot();
        using var host = new ModuleHost();
        RmapRegion region = RmapRegion.Create(Live, RmapPageType.Ksm, Pages, splitVma: false, TestContext.Current.CancellationToken);
        try
        {
            for (int page = 0; page < Pages; page += 2)
            {
                Assert.Equal(0, MemoryCalls.Unmap((nint)region.Address + (page * Environment.SystemPageSize), (nuint)Environment.SystemPageSize));
            }

            _ = host.Run("Invoke-KsmMerge -Id $PID");
            IReadOnlyList<RmapStrategyCost> costs = Compare(Environment.ProcessId);
            Assert.Equal(256, costs[0].Sharing);
            Assert.All(costs, cost => Assert.InRange(256L * Pages / 2, cost.MinimumVmasVisited, cost.MaximumVmasVisited!.Value));
            Assert.Equal((256L, costs[0].MaximumVmasVisited), (costs[0].MinimumVmasVisited, costs[0].VmasVisited));
            Assert.Equal(256, costs[1].VmasVisited);
        }
        finally
        {
            region.Dispose();
            RealKsm.Empty();
        }

        Assert.Equal(before, RealKsm.Snapshot());
    }

    [Fact]
    public void A_fork_after_merging_joins_the_trees()
    {
        Needs.Ksm();
        string before = RealKsm.Snapshot();
        using var host = new ModuleHost();
        using (var holder = MergeableHolder.Create(300, 0x5a5a_0123_4567_89ab, TestContext.Current.CancellationToken))
        {
            try
            {
                _ = host.Run($"Invoke-KsmMerge -Id {holder.Id}");
                Assert.Equal((256L, 0L), (Compare(holder.Id)[0].Sharing, Compare(holder.Id)[0].SharingElsewhere!.Value));
                int child = holder.Fork(TestContext.Current.CancellationToken);
                IReadOnlyList<RmapStrategyCost> costs = Compare(holder.Id);

                // The mapping and the child's, for each item.
                Assert.Equal((256L, 256L), (costs[0].Sharing, costs[0].SharingElsewhere!.Value));
                Assert.Equal(1, costs[0].WorstFamily!.CopyCount);
                Assert.All(costs, cost => Assert.InRange(2 * 256L, cost.MinimumVmasVisited, cost.MaximumVmasVisited!.Value));
                Assert.Equal(256, costs[0].MinimumVmasVisited);
                Assert.InRange(costs[1].VmasVisited, 2 * 256, 3 * 256);

                // Whether ksmd has made items for the child nothing shows, but the parent's are sure.
                IReadOnlyList<RmapStrategyCost> ofChild = Compare(child);
                Assert.Equal((256L, 256L), (ofChild[0].MinimumVmasVisited, ofChild[0].SharingElsewhere!.Value));
                Assert.All(ofChild, cost => Assert.InRange(2 * 256L, cost.MinimumVmasVisited, cost.MaximumVmasVisited!.Value));
            }
            finally
            {
                RealKsm.Empty();
            }
        }

        Assert.Equal(before, RealKsm.Snapshot());
    }

    private static IReadOnlyList<RmapStrategyCost> Compare(int id) => new ProcessRmapComparison(Live).Run(id, TestContext.Current.CancellationToken);
}
