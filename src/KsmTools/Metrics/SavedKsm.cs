using System.Globalization;
using KsmTools.Ksm;
using KsmTools.Tracing;

namespace KsmTools.Metrics;

/// <summary>KSM's objects that have been through remoting, Clixml, JSON or CSV, as far as metrics need them. Each is null for anything else.</summary>
internal static class SavedKsm
{
    public static KsmStatus? Status(object item) =>
        item is KsmStatus status ? status
        : PropertyBag.OfAny(item, nameof(KsmStatus.PagesShared), nameof(KsmStatus.Verdict)) is not { } bag ? null : new KsmStatus
        {
            RunState = bag.Get<KsmRunState>(nameof(KsmStatus.RunState)),
            FullScans = bag.Maybe<long>(nameof(KsmStatus.FullScans)),
            PagesScanned = bag.Maybe<long>(nameof(KsmStatus.PagesScanned)),
            PagesShared = bag.Maybe<long>(nameof(KsmStatus.PagesShared)),
            PagesSharing = bag.Maybe<long>(nameof(KsmStatus.PagesSharing)),
            PagesUnshared = bag.Maybe<long>(nameof(KsmStatus.PagesUnshared)),
            PagesVolatile = bag.Maybe<long>(nameof(KsmStatus.PagesVolatile)),
            PagesSkipped = bag.Maybe<long>(nameof(KsmStatus.PagesSkipped)),
            KsmZeroPages = bag.Maybe<long>(nameof(KsmStatus.KsmZeroPages)),
            StableNodeChains = bag.Maybe<long>(nameof(KsmStatus.StableNodeChains)),
            StableNodeDups = bag.Maybe<long>(nameof(KsmStatus.StableNodeDups)),
            CopiedOnWrite = bag.Maybe<long>(nameof(KsmStatus.CopiedOnWrite)),
            SwapInCopies = bag.Maybe<long>(nameof(KsmStatus.SwapInCopies)),
            GeneralProfit = bag.Maybe<long>(nameof(KsmStatus.GeneralProfit)),
            Profit = bag.Maybe<long>(nameof(KsmStatus.Profit)),
            PageSize = bag.Get<int>(nameof(KsmStatus.PageSize)),
            SavedBytes = bag.Get<long>(nameof(KsmStatus.SavedBytes)),
            KsmdCpuTime = Span(bag.Item(nameof(KsmStatus.KsmdCpuTime))),
            Diagnosis = new KsmDiagnosis(bag.Get<KsmVerdict>(nameof(KsmStatus.Verdict)), string.Empty, null),
        };

    public static KsmProcess? Process(object item) =>
        PropertyBag.OfAny(item, nameof(KsmProcess.RmapItems), nameof(KsmProcess.MergingPages)) is not { } bag ? null : new KsmProcess
        {
            Id = bag.Get<int>(nameof(KsmProcess.Id)),
            Name = bag.Text(nameof(KsmProcess.Name)),
            RmapItems = bag.Maybe<long>(nameof(KsmProcess.RmapItems)),
            MergingPages = bag.Maybe<long>(nameof(KsmProcess.MergingPages)),
            ZeroPages = bag.Maybe<long>(nameof(KsmProcess.ZeroPages)),
            Profit = bag.Maybe<long>(nameof(KsmProcess.Profit)),
            MetadataBytes = bag.Maybe<long>(nameof(KsmProcess.MetadataBytes)),
        };

    public static KsmConfiguration? Configuration(object item) =>
        PropertyBag.OfAny(item, nameof(KsmConfiguration.PagesToScan), nameof(KsmConfiguration.SleepMilliseconds)) is not { } bag ? null : new KsmConfiguration
        {
            PagesToScan = bag.Maybe<uint>(nameof(KsmConfiguration.PagesToScan)),
            SleepMilliseconds = bag.Maybe<uint>(nameof(KsmConfiguration.SleepMilliseconds)),
            MaxPageSharing = bag.Maybe<uint>(nameof(KsmConfiguration.MaxPageSharing)),
            MergeAcrossNodes = bag.Flag(nameof(KsmConfiguration.MergeAcrossNodes)),
            UseZeroPages = bag.Flag(nameof(KsmConfiguration.UseZeroPages)),
            SmartScan = bag.Flag(nameof(KsmConfiguration.SmartScan)),
            StableNodeChainsPruneMilliseconds = bag.Maybe<uint>(nameof(KsmConfiguration.StableNodeChainsPruneMilliseconds)),
            AdvisorMode = bag.Text(nameof(KsmConfiguration.AdvisorMode)),
            AdvisorMaxCpu = bag.Maybe<ulong>(nameof(KsmConfiguration.AdvisorMaxCpu)),
            AdvisorMinPagesToScan = bag.Maybe<ulong>(nameof(KsmConfiguration.AdvisorMinPagesToScan)),
            AdvisorMaxPagesToScan = bag.Maybe<ulong>(nameof(KsmConfiguration.AdvisorMaxPagesToScan)),
            AdvisorTargetScanTime = bag.Maybe<ulong>(nameof(KsmConfiguration.AdvisorTargetScanTime)),
        };

    // JSON has the properties of a span, CSV its text.
    private static TimeSpan? Span(object? value) =>
        value is null or "" ? null
        : PropertyBag.OfAny(value, nameof(TimeSpan.Ticks), nameof(TimeSpan.Days)) is { } bag ? new TimeSpan(bag.Get<long>(nameof(TimeSpan.Ticks)))
        : TimeSpan.Parse(value.ToString()!, CultureInfo.InvariantCulture);
}
