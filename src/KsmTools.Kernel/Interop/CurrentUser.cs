using System.Globalization;
using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>Facts of the calling user.</summary>
internal static partial class CurrentUser
{
    /// <summary>CAP_SYS_ADMIN: to take pages out of use, and to see their frames.</summary>
    public const int SysAdmin = 21;

    /// <summary>CAP_SYS_NICE: to move pages that processes share.</summary>
    public const int SysNice = 23;

    /// <summary>The effective user.</summary>
    public static uint Id { get; } = EffectiveUserId();

    /// <summary>Whether the effective user is root.</summary>
    public static bool IsRoot => Id == 0;

    /// <summary>What new files are not to allow (umask(2)), by <c>Umask</c> of <c>/proc/self/status</c>; asking the kernel itself would change it for a moment.</summary>
    public static UnixFileMode Mask => StatusLine("Umask:") is { } octal ? (UnixFileMode)Convert.ToInt32(octal, 8) : UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Whether this process may do what a capability stands for, by <c>CapEff</c> of <c>/proc/self/status</c>.</summary>
    /// <param name="capability">Its number (<c>include/uapi/linux/capability.h</c>).</param>
    public static bool HasCapability(int capability) =>
        ulong.TryParse(StatusLine("CapEff:"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong effective)
        && (effective & (1UL << capability)) != 0;

    private static string? StatusLine(string key) =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserId();
}
