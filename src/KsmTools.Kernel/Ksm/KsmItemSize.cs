using System.Numerics;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// Bytes of one <c>struct ksm_rmap_item</c>: eight words and a checksum of four bytes, which needs no word of its own on 64-bit machines (mm/ksm.c). What a kernel says of its types is
/// exact. Else the length of its words decides, and the kernel's own balance only where not even that is known: counters change between one file and the next, pages and items come in
/// powers of two, and so a balance that is off by one page often divides by the items without a rest as well.
/// </summary>
internal static class KsmItemSize
{
    /// <summary>On 64-bit machines, in every version.</summary>
    public const int Of64Bit = 64;

    private const int Of32Bit = 32;

    // Since 6.7 two bytes of smart scan follow the checksum, and are rounded up to a word.
    private const int Of32BitWithAge = 36;

    private static readonly int[] Known = [Of64Bit, Of32Bit, Of32BitWithAge];

    /// <summary>The size of a kernel's items.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static int Of(KernelTree kernel) => KsmItemType.Of(kernel).Size ?? ByWords(kernel) ?? ByBalance(kernel) ?? Of64Bit;

    /// <summary>
    /// The size for a kernel that does not reckon the balance itself, which is one before 6.4: items were then what their words make them. The running one's types are not asked, which
    /// takes tens of milliseconds.
    /// </summary>
    /// <param name="kernel">The kernel's files.</param>
    public static int WithoutBalance(KernelTree kernel) => kernel.IsLive && ByWords(kernel) is { } size ? size : Of(kernel);

    /// <summary>What a number of items take. In a captured tree it may be any.</summary>
    public static long? Bytes(long? items, int size) => items is { } count ? (long)Int128.Clamp((Int128)count * size, long.MinValue, long.MaxValue) : null;

    private static int? ByWords(KernelTree kernel) => WordSize.Of(kernel) switch
    {
        8 => Of64Bit,
        4 => kernel.Exists(KsmKnob.SmartScan.Path) || kernel.Exists(KsmFiles.PagesSkipped) ? Of32BitWithAge : Of32Bit,
        _ => null,
    };

    // general_profit_show: what sharing saves less what the items take. Of what comes out only a size that kernels have had is believed.
    private static int? ByBalance(KernelTree kernel)
    {
        if (Number(kernel, KsmFiles.GeneralProfit) is not { } profit)
        {
            return null;
        }

        BigInteger items = 0;
        foreach (string file in (ReadOnlySpan<string>)[KsmFiles.PagesShared, KsmFiles.PagesSharing, KsmFiles.PagesUnshared, KsmFiles.PagesVolatile])
        {
            items += Number(kernel, file) ?? 0;
        }

        BigInteger saved = ((BigInteger)(Number(kernel, KsmFiles.PagesSharing) ?? 0) + (Number(kernel, KsmFiles.ZeroPages) ?? 0)) * PageSize.Of(kernel);
        return items > 0 ? Known.Cast<int?>().FirstOrDefault(size => saved - profit == items * size!.Value) : null;
    }

    // A size is wanted in passing: whoever asks for the counters themselves is told what is wrong with them.
    private static long? Number(KernelTree kernel, string path)
    {
        try
        {
            return kernel.ReadInt64(path);
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }
}
