using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>Where KSM's files are (Documentation/admin-guide/mm/ksm.rst, mm/ksm.c).</summary>
internal static class KsmFiles
{
    public const string Folder = "/sys/kernel/mm/ksm";
    public const string Run = Folder + "/run";
    public const string MaxPageSharing = Folder + "/max_page_sharing";
    public const string FullScans = Folder + "/full_scans";
    public const string PagesScanned = Folder + "/pages_scanned";
    public const string PagesShared = Folder + "/pages_shared";
    public const string PagesSharing = Folder + "/pages_sharing";
    public const string PagesUnshared = Folder + "/pages_unshared";
    public const string PagesVolatile = Folder + "/pages_volatile";
    public const string PagesSkipped = Folder + "/pages_skipped";
    public const string ZeroPages = Folder + "/ksm_zero_pages";
    public const string StableNodeChains = Folder + "/stable_node_chains";
    public const string StableNodeDups = Folder + "/stable_node_dups";
    public const string GeneralProfit = Folder + "/general_profit";

    /// <summary>The names of the files that count.</summary>
    public static readonly IReadOnlyList<string> Counters =
    [
        .. from path in (string[])[FullScans, PagesScanned, PagesShared, PagesSharing, PagesUnshared, PagesVolatile, PagesSkipped, ZeroPages, StableNodeChains, StableNodeDups, GeneralProfit]
           select path[(Folder.Length + 1)..],
    ];

    /// <summary>Fails where a kernel has no KSM.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>.</exception>
    public static void Require(KernelTree kernel)
    {
        if (!kernel.Exists(Run))
        {
            throw KsmErrors.KsmNotSupported(kernel);
        }
    }
}
