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

    /// <summary>Whether the effective user is root.</summary>
    public static bool IsRoot { get; } = EffectiveUserId() == 0;

    /// <summary>Whether this process may do what a capability stands for, by <c>CapEff</c> of <c>/proc/self/status</c>.</summary>
    /// <param name="capability">Its number (<c>include/uapi/linux/capability.h</c>).</param>
    public static bool HasCapability(int capability)
    {
        const string Key = "CapEff:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Key.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong effective)
            && (effective & (1UL << capability)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserId();
}
