using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>Reads all of KSM's counters at one moment.</summary>
public sealed class KsmStatusReader
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly KernelTree _kernel;
    private readonly KsmConfigurationStore _settings;
    private readonly KsmdThread _ksmd;
    private readonly int _pageSize;

    // Asked for where the kernel does not reckon itself.
    private readonly Lazy<int> _itemSize;

    /// <summary>A reader of one kernel's counters.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public KsmStatusReader(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        _settings = new KsmConfigurationStore(kernel);
        _ksmd = new KsmdThread(kernel);
        _pageSize = PageSize.Of(kernel);
        _itemSize = new Lazy<int>(() => KsmItemSize.WithoutBalance(kernel));
    }

    /// <summary>Whether the diagnosis looks at processes, too: at those with merged pages whose mappings make walks long on this kernel. That takes time for each process of the machine.</summary>
    public bool LooksAtProcesses { get; init; }

    /// <summary>The counters now. The diagnosis is that of one look: whether merging is being undone it cannot tell.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, or a file cannot be read.</exception>
    public KsmStatus Read() => Read(null, default, LooksAtProcesses);

    /// <summary>The counters now; the diagnosis knows how fast merged pages were copied since an earlier look.</summary>
    /// <param name="before">The earlier look.</param>
    /// <param name="interval">The time since, by a clock that does not jump.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, or a file cannot be read.</exception>
    public KsmStatus Read(KsmStatus before, TimeSpan interval)
    {
        ArgumentNullException.ThrowIfNull(before);
        return Read(before, interval, LooksAtProcesses);
    }

    /// <summary>
    /// The counters now; the diagnosis knows how fast merged pages are copied. For that it takes a tenth of a second and a second look, but only where
    /// pages are merged on a running kernel that counts copies.
    /// </summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, or a file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public KsmStatus ReadTwice(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        KsmStatus first = Read(null, default, looksAtProcesses: false);
        if (!_kernel.IsLive || first.CopiedOnWrite is null || first is { PagesShared: null or 0, PagesSharing: null or 0 })
        {
            return LooksAtProcesses ? Read() : first;
        }

        if (cancellation.WaitHandle.WaitOne(Glance))
        {
            throw new OperationCanceledException(cancellation);
        }

        return Read(first, Stopwatch.GetElapsedTime(start));
    }

    private KsmStatus Read(KsmStatus? before, TimeSpan interval, bool looksAtProcesses)
    {
        KsmCopies copies = KsmCopies.Read(_kernel);
        KsmConfiguration settings = _settings.Read();
        KsmRunState run = settings.Run ?? KsmRunState.Stopped;
        long? shared = _kernel.ReadInt64(KsmFiles.PagesShared);
        long? sharing = _kernel.ReadInt64(KsmFiles.PagesSharing);
        long? unshared = _kernel.ReadInt64(KsmFiles.PagesUnshared);
        long? changing = _kernel.ReadInt64(KsmFiles.PagesVolatile);
        long? zero = _kernel.ReadInt64(KsmFiles.ZeroPages);
        long? fullScans = _kernel.ReadInt64(KsmFiles.FullScans);
        long? generalProfit = _kernel.ReadInt64(KsmFiles.GeneralProfit);

        // Before 6.10 the count of zero pages could fall below zero for a moment.
        long zeroNow = Math.Max(zero ?? 0, 0);
        long saved = Bytes((sharing ?? 0) + (Int128)zeroNow, _pageSize);
        Int128 known = (shared ?? 0) + (Int128)(sharing ?? 0) + (unshared ?? 0) + (changing ?? 0);
        _ = Bytes(known, 1);
        long profit = generalProfit ?? saved - Bytes(known, _itemSize.Value);
        long? copied = interval > TimeSpan.Zero ? copies.OnWrite - before?.CopiedOnWrite : null;
        var readings = new KsmReadings(
            run, fullScans ?? KsmReadings.ManyScans, (shared ?? 0) + (sharing ?? 0), zeroNow, unshared ?? 0, changing ?? 0, saved, profit)
        {
            Copied = copied,
            CopiedPerSecond = copied / interval.TotalSeconds,
        };
        return new KsmStatus
        {
            Time = DateTimeOffset.Now,
            RunState = run,
            FullScans = fullScans,
            PagesScanned = _kernel.ReadInt64(KsmFiles.PagesScanned),
            PagesShared = shared,
            PagesSharing = sharing,
            PagesUnshared = unshared,
            PagesVolatile = changing,
            PagesSkipped = _kernel.ReadInt64(KsmFiles.PagesSkipped),
            KsmZeroPages = zero,
            StableNodeChains = _kernel.ReadInt64(KsmFiles.StableNodeChains),
            StableNodeDups = _kernel.ReadInt64(KsmFiles.StableNodeDups),
            CopiedOnWrite = copies.OnWrite,
            SwapInCopies = copies.AtSwapIn,
            GeneralProfit = generalProfit,
            Profit = profit,
            PageSize = _pageSize,
            SavedBytes = saved,
            SharingRatio = shared > 0 ? (double?)sharing / shared : null,
            KsmdCpuTime = _ksmd.ReadTime(),
            Other = settings.Other,
            Diagnosis = Diagnose(readings, settings, looksAtProcesses),
        };
    }

    private KsmDiagnosis Diagnose(KsmReadings readings, KsmConfiguration settings, bool looksAtProcesses)
    {
        KsmDiagnosis diagnosis = KsmDiagnostician.Diagnose(readings, settings);
        return looksAtProcesses && readings.Merged > 0 && LongWalks.Find(_kernel) is var (message, remedy)
            ? diagnosis with { Message = $"{diagnosis.Message} {message}", Remedy = diagnosis.Remedy is null ? remedy : $"{diagnosis.Remedy} {remedy}" }
            : diagnosis;
    }

    // Counters that add up to more than a 64-bit number of bytes are not counters.
    private long Bytes(Int128 count, int size)
    {
        Int128 bytes = count * size;
        return bytes <= long.MaxValue && bytes >= long.MinValue
            ? (long)bytes
            : throw KernelErrors.ForContents(_kernel.Locate(KsmFiles.Folder), count.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
