using System.Diagnostics;
using System.Globalization;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Potential;
using KsmTools.Records;

namespace KsmTools.Benchmarks;

/// <summary>Reading, hashing and counting a process's pages beside a bare loop of process_vm_readv(2) over the same memory. Both are best of several runs.</summary>
internal static class PotentialPeer
{
    private const string What = "Measure-KsmPotential of 512 MiB of different pages";
    private const string Peer = "process_vm_readv, one thread";
    private const string Goal = "80% of the peer's rate";
    private const int PageCount = 131_072;
    private const int Runs = 10;
    private const int BatchBytes = 1 << 19;

    public static void AddTo(PeerTable table)
    {
        var kernel = new KernelTree("/");
        if (!kernel.Exists("/sys/kernel/mm/ksm/run"))
        {
            table.Add(What, Peer, "missing: a kernel with KSM", "", "", Goal, null);
            return;
        }

        using RmapRegion region = RmapRegion.Create(kernel, RmapPageType.Anon, PageCount, splitVma: false);
        Fill(region);
        double bare = 0;
        double ours = 0;
        for (int run = 0; run < Runs; run++)
        {
            bare = Math.Max(bare, ReadOnly(region));
            ours = Math.Max(ours, Measure(kernel));
        }

        table.Add(What, Peer, Rate(bare), Rate(ours), PeerTable.Ratio(ours / bare), Goal, ours >= 0.8 * bare);
    }

    // Pages a second, of all that this process has.
    private static double Measure(KernelTree kernel)
    {
        var measurement = new KsmPotentialMeasurement(kernel);
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<KsmPotential> results = measurement.Measure([Environment.ProcessId], (_, failure) => throw failure);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return results[0].PagesRead / seconds;
    }

    private static double ReadOnly(RmapRegion region)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BatchBytes, pinned: true);
        long start = Stopwatch.GetTimestamp();
        for (long offset = 0; offset < region.ByteCount; offset += BatchBytes)
        {
            var range = new MemoryRange((nint)(region.Address + offset), (nint)Math.Min(BatchBytes, region.ByteCount - offset));
            if (PageCalls.ReadRanges(Environment.ProcessId, [range], buffer, out Errno errno) != range.Length)
            {
                throw new InvalidOperationException($"process_vm_readv: {errno}");
            }
        }

        return region.PageCount / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static unsafe void Fill(RmapRegion region)
    {
        var random = new Random(1);
        for (int page = 0; page < region.PageCount; page++)
        {
            random.NextBytes(new Span<byte>((void*)(region.Address + ((long)page * region.PageSize)), region.PageSize));
        }
    }

    private static string Rate(double pages) => string.Create(CultureInfo.InvariantCulture, $"{pages * Environment.SystemPageSize / (1 << 30):0.00} GiB/s");
}
