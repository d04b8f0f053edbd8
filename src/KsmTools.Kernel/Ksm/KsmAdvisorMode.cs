namespace KsmTools.Ksm;

/// <summary>The kernel's own tuning of <c>pages_to_scan</c>: the choice in <c>/sys/kernel/mm/ksm/advisor_mode</c>.</summary>
public enum KsmAdvisorMode
{
    /// <summary>Nobody but the administrator sets <c>pages_to_scan</c>.</summary>
    None = 0,

    /// <summary>The kernel sets <c>pages_to_scan</c> so that a full scan takes <c>advisor_target_scan_time</c> seconds.</summary>
    ScanTime = 1,
}
