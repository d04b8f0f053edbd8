namespace KsmTools.Tuning;

/// <summary>
/// What a full scan takes: ksmd looks at a batch of pages, sleeps, and goes on. A page costs CPU time, a batch costs a sleep. The advisor limits ksmd's share of
/// a CPU, but not to less than a tenth (<c>scan_time_advisor</c>, mm/ksm.c).
/// </summary>
/// <param name="Pages">Pages that ksmd knows.</param>
/// <param name="SecondsPerPage">CPU time of a page.</param>
/// <param name="SleepSeconds">The sleep after a batch.</param>
internal readonly record struct ScanEstimate(long Pages, double SecondsPerPage, double SleepSeconds)
{
    /// <summary>The least share of a CPU that the advisor gives ksmd, in percent (<c>KSM_ADVISOR_MIN_CPU</c>).</summary>
    public const uint LeastCpu = 10;

    /// <summary>The CPU time of a full scan, in seconds.</summary>
    public double CpuSeconds => Pages * SecondsPerPage;

    /// <summary>The shortest full scan that limits allow, in seconds.</summary>
    /// <param name="maximumCpu">The most of a CPU, in percent.</param>
    /// <param name="maximumPages">The most pages per batch.</param>
    public double ShortestSeconds(uint maximumCpu, ulong maximumPages)
    {
        double byCpu = CpuSeconds * 100 / Math.Max(maximumCpu, LeastCpu);
        double byPages = maximumPages == 0 ? double.PositiveInfinity : CpuSeconds + (Pages * SleepSeconds / maximumPages);
        return Math.Max(byCpu, byPages);
    }

    /// <summary>The share of a CPU that a scan in a time takes, in percent.</summary>
    /// <param name="seconds">The time.</param>
    public double CpuPercent(double seconds) => CpuSeconds * 100 / seconds;

    /// <summary>The pages per batch of a scan in a time; null where no number is enough.</summary>
    /// <param name="seconds">The time.</param>
    public double? PagesPerBatch(double seconds) => seconds > CpuSeconds ? Math.Max(1, Math.Ceiling(Math.Round(Pages * SleepSeconds / (seconds - CpuSeconds), 3))) : null;
}
