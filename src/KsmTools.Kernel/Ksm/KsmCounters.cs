using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>The counters of <c>/sys/kernel/mm/ksm</c>, kept open to be polled: one pread(2) each and no allocation.</summary>
internal sealed class KsmCounters : IDisposable
{
    private readonly KernelFile? _fullScans;
    private readonly KernelFile? _pagesScanned;
    private readonly KernelFile? _pagesShared;
    private readonly KernelFile? _pagesSharing;
    private readonly KernelFile? _pagesUnshared;
    private readonly KernelFile? _pagesVolatile;
    private readonly KernelFile? _zeroPages;

    /// <summary>Opens the counters that this kernel has.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/> or <see cref="ErrorReason.AccessDenied"/>.</exception>
    public KsmCounters(KernelTree kernel)
    {
        KsmFiles.Require(kernel);
        _fullScans = kernel.Open(KsmFiles.FullScans);
        _pagesScanned = kernel.Open(KsmFiles.PagesScanned);
        _pagesShared = kernel.Open(KsmFiles.PagesShared);
        _pagesSharing = kernel.Open(KsmFiles.PagesSharing);
        _pagesUnshared = kernel.Open(KsmFiles.PagesUnshared);
        _pagesVolatile = kernel.Open(KsmFiles.PagesVolatile);
        _zeroPages = kernel.Open(KsmFiles.ZeroPages);
    }

    public long FullScans => _fullScans?.ReadInt64() ?? 0;

    /// <summary>Pages looked at since boot, or null before Linux 6.6.</summary>
    public long? PagesScanned => _pagesScanned?.ReadInt64();

    /// <summary>Mappings whose page is a KSM page or the zero page by KSM's doing: the unit of <c>ksm_merging_pages</c>.</summary>
    public long PagesMerged => (_pagesShared?.ReadInt64() ?? 0) + (_pagesSharing?.ReadInt64() ?? 0) + (_zeroPages?.ReadInt64() ?? 0);

    /// <summary>Pages that ksmd knows and has not merged: those seen once or changing, and those without an equal.</summary>
    public long PagesUnmerged => (_pagesUnshared?.ReadInt64() ?? 0) + (_pagesVolatile?.ReadInt64() ?? 0);

    /// <summary>Pages that ksmd knows and has not placed.</summary>
    public long PagesVolatile => _pagesVolatile?.ReadInt64() ?? 0;

    public void Dispose()
    {
        foreach (KernelFile? file in (ReadOnlySpan<KernelFile?>)[_fullScans, _pagesScanned, _pagesShared, _pagesSharing, _pagesUnshared, _pagesVolatile, _zeroPages])
        {
            file?.Dispose();
        }
    }
}
