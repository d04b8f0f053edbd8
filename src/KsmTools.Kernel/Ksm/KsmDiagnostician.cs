using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>Answers "KSM is on and nothing merges: why?" from the counters and the knobs.</summary>
internal static class KsmDiagnostician
{
    private const double LongScanHours = 1;

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
                status.IsAnyMerged ? Sentences(Messages.DiagnosisStoppedMerged, KsmMergedText.Held(status), Undone(status)) : Messages.DiagnosisStopped,
                Messages.DiagnosisStartRemedy);
        }

        if (settings.PagesToScan == 0)
        {
            return new(
                KsmVerdict.ScanTooSlow,
                Sentences(Messages.DiagnosisScansNothing, status.IsAnyMerged ? KsmMergedText.Held(status) : null, Undone(status)),
                KsmAdvisorMode.IsOn(settings.AdvisorMode) ? Messages.DiagnosisScansNothingAdvisedRemedy : Messages.DiagnosisScansNothingRemedy);
        }

        return status.Known == 0 && status.ZeroPages == 0
            ? new(KsmVerdict.NothingMergeable, Messages.DiagnosisNothingMergeable, Messages.DiagnosisNothingMergeableRemedy)
            : OfPages(status, settings);
    }

    // A page merges at its second sighting, and each takes a record at its first: before two scans, and where nothing merges, a loss is what every beginning has and no reason of its own.
    // What costs more than it saves after that costs more still where it is being undone. What is being undone is so at any pace: a faster scan would only merge again what is written again.
    private static KsmDiagnosis OfPages(KsmReadings status, KsmConfiguration settings)
    {
        bool isThrough = status.FullScans >= 2;
        if (isThrough && status.IsAnyMerged && status.Profit < 0)
        {
            return new(
                KsmVerdict.Unprofitable,
                Sentences(Text.Format(Messages.DiagnosisUnprofitable, SizeText.Format(status.Profit)), Undone(status)),
                Messages.DiagnosisUnprofitableRemedy);
        }

        if (Undone(status) is { } undone)
        {
            return new(KsmVerdict.BeingUndone, Sentences(undone, KsmMergedText.Known(status)), Messages.DiagnosisBeingUndoneRemedy);
        }

        if (FullScanHours(status, settings) is > LongScanHours and var hours)
        {
            return settings.AdvisorMode == KsmAdvisorMode.ScanTime && settings.PagesToScan >= settings.AdvisorMaxPagesToScan
                ? new(
                    KsmVerdict.AdvisorLimited,
                    Text.Format(Messages.DiagnosisAdvisorLimited, settings.AdvisorMaxPagesToScan, hours),
                    Messages.DiagnosisAdvisorLimitedRemedy)
                : new(
                    KsmVerdict.ScanTooSlow,
                    Text.Format(Messages.DiagnosisScanTooSlow, status.Known, hours, settings.PagesToScan, settings.SleepMilliseconds),
                    KsmAdvisorMode.IsOn(settings.AdvisorMode) ? Messages.DiagnosisScanAdvisedRemedy : Messages.DiagnosisScanTooSlowRemedy);
        }

        return !isThrough && (!status.IsAnyMerged || status.Profit < 0)
            ? new(
                KsmVerdict.FirstScans,
                Sentences(Text.Format(Messages.DiagnosisFirstScans, status.FullScans), status.IsAnyMerged ? KsmMergedText.Known(status) : null),
                Messages.DiagnosisFirstScansRemedy)
            : status.IsAnyMerged ? new(KsmVerdict.Merging, KsmMergedText.Saving(status), null)
            : OfUnmerged(status);
    }

    private static KsmDiagnosis OfUnmerged(KsmReadings status) =>
        status.Unshared >= status.Volatile ? new(KsmVerdict.NothingAlike, Text.Format(Messages.DiagnosisNothingAlike, status.Unshared), Messages.DiagnosisNothingAlikeRemedy)
        : new(KsmVerdict.TooVolatile, Text.Format(Messages.DiagnosisTooVolatile, status.Volatile), Messages.DiagnosisTooVolatileRemedy);

    private static string? Undone(KsmReadings status) =>
        status.IsBeingUndone && status.CopiedPerSecond is { } rate ? Text.Format(Messages.DiagnosisBeingUndone, Math.Round(rate, rate < 10 ? 2 : 0)) : null;

    private static string Sentences(params ReadOnlySpan<string?> sentences) => string.Join(' ', sentences.ToArray().Where(sentence => sentence is not null));

    // A lower bound: the time that ksmd sleeps between the batches of one full scan. Knobs may make it longer than a TimeSpan can be.
    private static double? FullScanHours(KsmReadings status, KsmConfiguration settings) =>
        settings.PagesToScan is { } batch and > 0 && settings.SleepMilliseconds is { } sleep
            ? (double)status.Known / batch * sleep / TimeSpan.MillisecondsPerHour
            : null;
}
