using System.Globalization;
using KsmTools.Interop;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Views;

/// <summary>What the views of KSM's events and their sessions show in one column.</summary>
public static class KsmEventText
{
    /// <summary>What an event says besides when, where and who.</summary>
    /// <param name="kind">Which event.</param>
    /// <param name="sequence">The scan's number.</param>
    /// <param name="rmapItems">Places that KSM keeps track of.</param>
    /// <param name="pfn">The page frame.</param>
    /// <param name="hasKsmPage">Whether there was a KSM page to merge with.</param>
    /// <param name="error">0, or a negative errno.</param>
    /// <param name="mm">The process's address space.</param>
    /// <param name="scanTime">Seconds.</param>
    /// <param name="pagesToScan">The advisor's decision.</param>
    /// <param name="cpuPercent">ksmd's share of a CPU.</param>
    public static string Detail(
        KsmEventKind kind, int? sequence, long? rmapItems, ulong? pfn, bool? hasKsmPage, int? error, ulong? mm, long? scanTime, long? pagesToScan, long? cpuPercent) => kind switch
        {
            KsmEventKind.StartScan or KsmEventKind.StopScan => Format($"scan {sequence}, {rmapItems} items"),
            KsmEventKind.Enter or KsmEventKind.Exit => Format($"mm {WalkText.Address(mm)}"),
            KsmEventKind.MergeOnePage => Format($"with the zero page{Failure(error)}"),
            KsmEventKind.MergeWithKsmPage => Format($"{(hasKsmPage == false ? "becomes KSM page" : "with KSM page")} {pfn}{Failure(error)}"),
            KsmEventKind.RemoveKsmPage => Format($"KSM page {pfn}"),
            KsmEventKind.RemoveRmapItem => Format($"of KSM page {pfn}"),
            KsmEventKind.Advisor => Format($"{scanTime} s, pages_to_scan {pagesToScan}, {cpuPercent} % CPU"),
            _ => string.Empty,
        };

    /// <summary>The entries of each CPU: <c>0: 17, 1: 4</c>.</summary>
    /// <param name="cpus">The CPUs' numbers.</param>
    /// <param name="entries">Their entries.</param>
    public static string Cpus(int[]? cpus, long[]? entries) =>
        cpus is null || entries is null ? string.Empty : string.Join(", ", cpus.Zip(entries, (cpu, count) => Format($"{cpu}: {count}")));

    private static string Failure(int? error) => error is null or 0 ? string.Empty : Format($", failed: {((Errno)(-error.Value)).Describe()}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
