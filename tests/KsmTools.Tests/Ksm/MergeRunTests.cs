using KsmTools.Merge;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>When a run takes ksmd for idle, on a kernel that counts nothing within a scan.</summary>
public sealed class MergeRunTests : IDisposable
{
    private const string Asleep = "36 (ksmd) S 2 0 0 0 -1 2129984 0 0 0 0 150 250 0 0 25 5 1 0 9 0 0 0 0";

    private readonly FakeKsmTree _tree = new() { ["pages_scanned"] = null };

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_ksmd_that_sleeps_and_knows_no_page_has_nothing_to_do()
    {
        _tree.Put("proc/36/stat", Asleep);
        Assert.True(Run(TimeSpan.FromSeconds(10)).Converged);
    }

    /// <summary>The time of a nap and a half passes between two looks, as on a machine that has other work.</summary>
    [Fact]
    public void A_ksmd_that_waits_for_a_processor_and_naps_between_batches_is_not_idle()
    {
        string waiting = Asleep.Replace(" S ", " R ", StringComparison.Ordinal);
        _tree.Put("proc/36/stat", waiting);
        int looks = 0;
        Assert.False(Run(TimeSpan.FromSeconds(3), look =>
        {
            _tree.Put("proc/36/stat", ++looks % 3 == 0 ? Asleep : waiting);
            Thread.Sleep(look.Elapsed < TimeSpan.FromSeconds(2) ? 600 : 0);
        }).Converged);
        Assert.True(looks > 3);
    }

    private KsmMergeResult Run(TimeSpan limit, Action<KsmMergeProgress>? progress = null) =>
        new KsmMergeRun(_tree, new KsmMergeOptions { Timeout = limit }).Run("test", progress, TestContext.Current.CancellationToken);
}
