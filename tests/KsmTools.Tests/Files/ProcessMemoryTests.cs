using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Merge;
using KsmTools.Model;
using KsmTools.Potential;
using KsmTools.Tests.KsmProcesses;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>Processes whose memory is not where their id says: that of other threads, or of another process.</summary>
public sealed class ProcessMemoryTests : IDisposable
{
    private const int Pages = 1500;
    private const string Gone = "Z 1 1 1 0 -1 4227084 1 0 2 0 0 0 0 0 20 0 3 0 100 0 0";
    private const string There = "S 1 1 1 0 -1 4194368 1 0 2 0 0 0 0 0 20 0 3 0 100 0 0";

    private static readonly KernelTree Kernel = new("/");

    private readonly FakeProcesses _fake = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Of_a_process_without_its_first_thread_one_that_goes_on_is_asked()
    {
        _fake.Add(30, "gone", stat: string.Empty);
        _fake.Write(30, "stat", $"30 (a) Z (b) {Gone}\n");
        _fake.Write(30, "task/30/statm", "0 0 0 0 0 0 0\n");
        _fake.Write(30, "task/31/statm", "0 0 0 0 0 0 0\n");
        _fake.Write(30, "task/31/ksm_stat", string.Empty);
        _fake.Write(30, "task/32/statm", "9 9 9 9 0 9 0\n");
        _fake.Write(30, "task/32/ksm_stat", "ksm_rmap_items 7\nksm_merging_pages 5\n");
        Assert.Equal(32, ProcessMemory.ThreadOf(_fake.Kernel, 30));
        Assert.Equal("/proc/30/task/32/smaps", ProcessMemory.PathOf(_fake.Kernel, 30, "smaps"));
        Assert.Equal(Interop.Errno.None, _fake.Reader.TryRead(30, out KsmProcess? process));
        Assert.Equal((30, "gone", 7L, 5L), (process!.Id, process.Name, process.RmapItems, process.MergingPages));
    }

    [Fact]
    public void One_that_has_its_first_thread_has_its_memory_there()
    {
        _fake.Write(30, "stat", $"30 (a) Z (b) {There}\n");
        _fake.Write(30, "task/32/statm", "9 9 9 9 0 9 0\n");
        Assert.Equal(30, ProcessMemory.ThreadOf(_fake.Kernel, 30));
        Assert.Equal("/proc/77/smaps", ProcessMemory.PathOf(_fake.Kernel, 77, "smaps"));
    }

    [Fact]
    public void Every_reader_sees_the_memory_of_a_process_whose_first_thread_has_ended()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") == "0", "needs a ksmd that sleeps");
        using PerlProcess process = PerlProcess.WithoutLeader(Pages, "gonelead");
        int id = process.ReadIds()[0];
        KsmPotential potential = Measure(id)[0];
        Assert.InRange(potential.SavedPages, 0.8 * Pages, 2.5 * Pages);
        Assert.Contains(id, new KsmPotentialMeasurement(Kernel).ListIds());
        KsmMergeResult merge = Merge(id);
        Assert.InRange(merge.PagesMerged, 0.8 * Pages, long.MaxValue);
        Assert.InRange(merge.BytesSaved / Environment.SystemPageSize, potential.SavedPages - 100, potential.SavedPages + 100);
        Assert.Equal(Interop.Errno.None, new KsmProcessReader(Kernel).TryRead(id, out KsmProcess? read));
        Assert.InRange(read!.MergingPages!.Value, 0.8 * Pages, long.MaxValue);
        RmapStrategyCost cost = new ProcessRmapComparison(Kernel).Run(id, Stop)[0];
        Assert.InRange(cost.KsmPageCount!.Value, 1, long.MaxValue);
        Assert.InRange(cost.Sharing, 2, long.MaxValue);
        Assert.Contains(KsmMappings.Of(Kernel), holder => holder.Id == id && holder.Pages > 0.8 * Pages);
        ProcessPage page = new ProcessPages(Kernel).ReadOne(id, cost.Address!.Value);
        Assert.Equal(Records.RmapPageType.Ksm, page.PageType);
        Assert.NotNull(page.Node);
    }

    [Fact]
    public void What_two_ids_have_together_is_counted_once()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") == "0", "needs a ksmd that sleeps");
        using PerlProcess processes = PerlProcess.WithSharedMemory(Pages, "distinct");
        int[] ids = processes.ReadIds();
        Assert.SkipUnless(new ProcessRelatives(Kernel, Stop).CanTellSameMemory, "needs kcmp(2)");
        Assert.All(ids, id => Assert.InRange(Measure(id)[0].EligiblePages, Pages, long.MaxValue));
        IReadOnlyList<KsmPotential> both = Measure(ids);
        Assert.Equal((null, ids.Min()), (both[0].MemoryOf, both[1].MemoryOf));
        Assert.Equal((0, 0, 0), (both[1].EligiblePages, both[1].SavedPages, both[1].AlreadyMergedPages));
        Assert.Equal(both[0].EligiblePages, both[2].EligiblePages);
        Assert.InRange(both[2].SavedPages, 0, 100);
    }

    [Fact]
    public void A_merge_of_two_ids_with_one_memory_counts_it_once()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") == "0", "needs a ksmd that sleeps");
        using PerlProcess processes = PerlProcess.WithSharedMemory(Pages, "together");
        int[] ids = processes.ReadIds();
        Assert.SkipUnless(new ProcessRelatives(Kernel, Stop).CanTellSameMemory, "needs kcmp(2)");
        KsmMergeResult merge = Merge([.. ids, ids[0]]);
        Assert.InRange(merge.PagesMerged, 0.9 * Pages, 1.3 * Pages);
        Assert.InRange(merge.BytesSaved / Environment.SystemPageSize, 0.9 * Pages, 1.3 * Pages);
        KsmMappings.Holder holder = Assert.Single(KsmMappings.Of(Kernel), holder => ids.Contains(holder.Id));
        Assert.InRange(holder.Pages, 0.9 * Pages, 1.3 * Pages);
    }

    public void Dispose() => _fake.Dispose();

    private static IReadOnlyList<KsmPotential> Measure(params int[] ids) =>
        new KsmPotentialMeasurement(Kernel).Measure(ids, (_, failure) => throw failure, null, Stop);

    private static KsmMergeResult Merge(params int[] ids) => new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = ids }).Run("Test", null, Stop);
}
