using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>Answers "KSM is on and nothing merges: why?" from the counters and the knobs.</summary>
internal static class KsmDiagnostician
{
    private static readonly TimeSpan LongScan = TimeSpan.FromHours(1);

    /// <summary>The first reason that applies, the most fundamental first.</summary>
    /// <param name="status">The counters; its own diagnosis is not looked at.</param>
    /// <param name="settings">The knobs.</param>
    public static KsmDiagnosis Diagnose(KsmReadings status, KsmConfiguration settings)
    {
        if ((status.RunState & KsmRunState.Offline) != 0)
        {
            return new(KsmVerdict.WaitingForMemoryOffline, Messages.DiagnosisOffline, Messages.DiagnosisOfflineRemedy);
        }

        if (status.RunState == KsmRunState.Unmerged)
        {
            return new(KsmVerdict.Unmerged, Messages.DiagnosisUnmerged, Messages.DiagnosisStartRemedy);
        }

        if (status.RunState == KsmRunState.Stopped)
        {
            return new(
                KsmVerdict.Stopped,
                status.Merged > 0 ? Text.Format(Messages.DiagnosisStoppedMerged, status.Merged) : Messages.DiagnosisStopped,
                Messages.DiagnosisStartRemedy);
        }

        if (status.Known == 0 && status.ZeroPages == 0)
        {
            return new(KsmVerdict.NothingMergeable, Messages.DiagnosisNothingMergeable, Messages.DiagnosisNothingMergeableRemedy);
        }

        if (status.Profit < 0)
        {
            return new(KsmVerdict.Unprofitable, Text.Format(Messages.DiagnosisUnprofitable, status.Profit), Messages.DiagnosisUnprofitableRemedy);
        }

        if (FullScanTime(status, settings) is { } scanTime && scanTime > LongScan)
        {
            return settings.AdvisorMode == KsmAdvisorMode.ScanTime && settings.PagesToScan >= settings.AdvisorMaxPagesToScan
                ? new(
                    KsmVerdict.AdvisorLimited,
                    Text.Format(Messages.DiagnosisAdvisorLimited, settings.AdvisorMaxPagesToScan, scanTime.TotalHours),
                    Messages.DiagnosisAdvisorLimitedRemedy)
                : new(
                    KsmVerdict.ScanTooSlow,
                    Text.Format(Messages.DiagnosisScanTooSlow, status.Known, scanTime.TotalHours, settings.PagesToScan, settings.SleepMilliseconds),
                    Messages.DiagnosisScanTooSlowRemedy);
        }

        if (status.Merged > 0)
        {
            return new(KsmVerdict.Merging, Text.Format(Messages.DiagnosisMerging, status.Merged), null);
        }

        if (status.FullScans < 2)
        {
            return new(KsmVerdict.FirstScans, Text.Format(Messages.DiagnosisFirstScans, status.FullScans), Messages.DiagnosisFirstScansRemedy);
        }

        return status.Unshared >= status.Volatile
            ? new(KsmVerdict.NothingAlike, Text.Format(Messages.DiagnosisNothingAlike, status.Unshared), Messages.DiagnosisNothingAlikeRemedy)
            : new(KsmVerdict.TooVolatile, Text.Format(Messages.DiagnosisTooVolatile, status.Volatile), Messages.DiagnosisTooVolatileRemedy);
    }

    // A lower bound: the time that ksmd sleeps between the batches of one full scan.
    private static TimeSpan? FullScanTime(KsmReadings status, KsmConfiguration settings) =>
        settings.PagesToScan is { } batch and > 0 && settings.SleepMilliseconds is { } sleep
            ? TimeSpan.FromMilliseconds((double)status.Known / batch * sleep)
            : settings.PagesToScan == 0 ? TimeSpan.MaxValue : null;
}
