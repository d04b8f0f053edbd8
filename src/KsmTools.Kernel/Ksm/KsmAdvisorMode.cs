namespace KsmTools.Ksm;

/// <summary>
/// The kernel's own tuning of <c>pages_to_scan</c>: the choice in <c>/sys/kernel/mm/ksm/advisor_mode</c> (mm/ksm.c). A kernel may offer more than these; another choice is the word
/// that the kernel has for it.
/// </summary>
public static class KsmAdvisorMode
{
    /// <summary>Nobody but the administrator sets <c>pages_to_scan</c>.</summary>
    public const string None = "None";

    /// <summary>The kernel sets <c>pages_to_scan</c> so that a full scan takes <c>advisor_target_scan_time</c> seconds.</summary>
    public const string ScanTime = "ScanTime";

    // As the kernel spells them.
    private static readonly (string Name, string Word)[] Known = [(None, "none"), (ScanTime, "scan-time")];

    /// <summary>Whether an advisor sets <c>pages_to_scan</c>, which the kernel lets nobody else do then.</summary>
    /// <param name="mode">The mode; null where the kernel has no advisor.</param>
    public static bool IsOn(string? mode) => mode is not (null or None);

    /// <summary>The names that are known.</summary>
    internal static IEnumerable<string> Names => Known.Select(known => known.Name);

    /// <summary>The name of a mode, however it is spelled: <c>scan-time</c>, <c>scantime</c>, <c>ScanTime</c> and the number 1, as which files hold it, are one.</summary>
    /// <param name="text">A name or the kernel's word.</param>
    internal static string NameOf(string text) => text is "0" or "1" ? Known[text[0] - '0'].Name : Find(text).Name ?? text;

    /// <summary>The kernel's word for a mode.</summary>
    /// <param name="text">A name or the kernel's word.</param>
    internal static string WordOf(string text) => Find(text).Word ?? text;

    private static (string? Name, string? Word) Find(string text)
    {
        string plain = text.Replace("-", string.Empty, StringComparison.Ordinal);
        return Known.FirstOrDefault(known => known.Name.Equals(plain, StringComparison.OrdinalIgnoreCase));
    }
}
