using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>Facts of the calling user.</summary>
internal static partial class CurrentUser
{
    /// <summary>Whether the effective user is root.</summary>
    public static bool IsRoot { get; } = EffectiveUserId() == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserId();
}
