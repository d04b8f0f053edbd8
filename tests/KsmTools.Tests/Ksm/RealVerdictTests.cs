using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>The verdicts on the running kernel: of merged pages that are written, and of zero pages. Others may use KSM meanwhile.</summary>
public sealed class RealVerdictTests : IDisposable
{
    private const int PageCount = 20_000;

    private static readonly KernelTree Kernel = new("/");

    private readonly ModuleHost _host = new();
    private string? _before;

    public void Dispose()
    {
        _host.Dispose();
        if (_before is not null)
        {
            RealKsm.Empty();
            Assert.Equal(_before, RealKsm.Snapshot());
        }
    }

    [Fact]
    public void Merged_pages_that_are_written_are_seen_to_be_undone()
    {
        Begin();
        var reader = new KsmStatusReader(Kernel);
        Assert.SkipUnless(reader.Read().CopiedOnWrite is not null, "needs a kernel that counts copies (cow_ksm, Linux 5.19)");
        using RmapRegion region = _host.Run($"$region = New-RmapRegion -PageType Ksm -PageCount {PageCount}; $region").Single<RmapRegion>();
        try
        {
            _ = _host.Run("$null = Invoke-KsmMerge -Id $PID").All<object>();
            KsmStatus merged = reader.Read();
            Assert.InRange(RealKsm.OwnPages(), PageCount, long.MaxValue);

            // ksmd stands still: what is written is counted as merged on, and the message says that it may not be.
            Write(region, 0, 5000);
            KsmStatus written = reader.Read(merged, TimeSpan.FromSeconds(1));
            Assert.InRange(written.CopiedOnWrite - merged.CopiedOnWrite ?? 0, 5000, long.MaxValue);
            Assert.InRange(written.PagesSharing ?? 0, merged.PagesSharing ?? 0, long.MaxValue);
            Assert.Equal(KsmVerdict.Stopped, written.Verdict);
            Assert.Contains("Merging is being undone", written.Diagnosis.Message, StringComparison.Ordinal);
            Assert.Contains("Mappings that were written or removed since still count.", written.Diagnosis.Message, StringComparison.Ordinal);

            _ = _host.Run("Start-Ksm").All<object>();
            IReadOnlyList<KsmStatusSample> samples;
            using (new Writer(region, 5000))
            {
                samples = _host.Run("Watch-Ksm -Interval 200ms -Count 3").All<KsmStatusSample>();
            }

            Assert.Contains(samples, sample => sample is { CopiedOnWritePerSecond: > 50, Status.Verdict: KsmVerdict.BeingUndone });
            using (new Writer(region, 10_000))
            {
                Assert.Equal(KsmVerdict.BeingUndone, _host.Run("Get-KsmStatus").Single<KsmStatus>().Verdict);
            }
        }
        finally
        {
            _ = _host.Run("Stop-Ksm");
        }
    }

    [Fact]
    public void Zero_pages_are_merged_pages()
    {
        Begin();
        Assert.SkipUnless(new KsmStatusReader(Kernel).Read().KsmZeroPages is not null, "needs a kernel that counts zero pages (ksm_zero_pages, Linux 6.6)");
        long length = (long)PageCount * Environment.SystemPageSize;
        Assert.Equal(Errno.None, MappedRange.TryMap(null, length, out MappedRange? range));
        try
        {
            using (range)
            {
                _ = MemoryCalls.Advise(range!.Address, (nuint)length, MemoryCalls.NoHugePage);
                Assert.Equal(0, MemoryCalls.Advise(range.Address, (nuint)length, MemoryCalls.Mergeable));
                for (long at = 0; at < length; at += Environment.SystemPageSize)
                {
                    Marshal.WriteByte((nint)(range.Address + at), 0);
                }

                _ = _host.Run("Set-KsmConfiguration -UseZeroPages $true").All<object>();
                ModuleResult run = _host.Run("Invoke-KsmMerge -Id $PID -KeepRunning");
                _ = Assert.Single(run.Output);
                Assert.Empty(run.Warnings);
                KsmStatus status = _host.Run("Get-KsmStatus").Single<KsmStatus>();
                Assert.InRange(status.KsmZeroPages ?? 0, PageCount, long.MaxValue);
                Assert.InRange(status.SavedBytes, length, long.MaxValue);
                Assert.Equal(KsmVerdict.Merging, status.Verdict);
                Assert.Contains("zero pages take no memory", status.Diagnosis.Message, StringComparison.Ordinal);
                Assert.Contains("\nksm_diagnosis{verdict=\"Merging\"} 1\n", _host.Run("ConvertTo-KsmMetric -ErrorAction Ignore").Single<string>(), StringComparison.Ordinal);

                // Nor does a benchmark take them for nothing: what it unmerges is all of the machine's.
                _ = _host.Run("Stop-Ksm").All<object>();
                Assert.Contains(
                    "zero pages as merged",
                    _host.Run("Invoke-RmapBenchmark -PageType Ksm -PageCount 100 -Iterations 1 -MaxPageSharing 64, 16 -Source Elapsed -Trigger Compaction").Error(ErrorReason.KnobBusy).ToString(),
                    StringComparison.Ordinal);
                _ = _host.Run("Invoke-RmapBenchmark -PageType Ksm -PageCount 100 -Iterations 1 -Source Elapsed -Trigger Compaction");
                Assert.InRange(new KsmStatusReader(Kernel).Read().KsmZeroPages ?? 0, PageCount, long.MaxValue);
            }

            // What is unmapped is off the count of zero pages at once, though ksmd may not have passed.
            Assert.InRange(new KsmStatusReader(Kernel).Read().KsmZeroPages ?? 0, 0, PageCount - 1);
        }
        finally
        {
            _ = _host.Run("Stop-Ksm; Set-KsmConfiguration -UseZeroPages $false");
        }
    }

    [Fact]
    public void A_look_that_takes_a_while_ends_at_once()
    {
        Begin();
        Assert.SkipUnless(new KsmStatusReader(Kernel).Read().CopiedOnWrite is not null, "needs a kernel that counts copies (cow_ksm, Linux 5.19)");
        using RmapRegion region = _host.Run("$region = New-RmapRegion -PageType Ksm -PageCount 100; $null = Invoke-KsmMerge -Id $PID; $region").Single<RmapRegion>();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => new KsmStatusReader(Kernel).ReadTwice(cancelled.Token));
    }

    private static void Write(RmapRegion region, int from, int count)
    {
        for (int page = from; page < from + count; page++)
        {
            Marshal.WriteInt64((nint)(region.Address + ((long)page * region.PageSize)), 0x1234_5678_0000 + page);
        }
    }

    private void Begin()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") == "0", "KSM is in use on this machine");
        RealKsm.Empty();
        _before = RealKsm.Snapshot();
    }

    // Writes merged pages, some of them every millisecond, for as long as somebody looks.
    private sealed class Writer : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _writing;

        public Writer(RmapRegion region, int first) => _writing = Task.Run(() =>
        {
            for (int page = first; page + 5 <= PageCount && !_end.Token.WaitHandle.WaitOne(1); page += 5)
            {
                Write(region, page, 5);
            }
        });

        public void Dispose()
        {
            _end.Cancel();
            _writing.Wait(TestContext.Current.CancellationToken);
            _end.Dispose();
        }
    }
}
