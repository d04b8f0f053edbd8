namespace KsmTools.Tests.Conventions;

/// <summary>Property names that scripts rely on: taking one away breaks somebody.</summary>
public sealed class PropertyNameTests
{
    [Theory]
    [InlineData(
        "KsmStatus",
        "Time RunState FullScans PagesScanned PagesShared PagesSharing PagesUnshared PagesVolatile PagesSkipped KsmZeroPages StableNodeChains StableNodeDups CopiedOnWrite SwapInCopies GeneralProfit PageSize SavedBytes SharingRatio KsmdCpuTime Diagnosis Verdict")]
    [InlineData(
        "KsmConfiguration",
        "Run PagesToScan SleepMilliseconds MaxPageSharing MergeAcrossNodes UseZeroPages SmartScan StableNodeChainsPruneMilliseconds AdvisorMode AdvisorMaxCpu AdvisorMinPagesToScan AdvisorMaxPagesToScan AdvisorTargetScanTime")]
    [InlineData(
        "KsmStatusSample",
        "Time Status Interval PagesShared PagesSharing SavedBytes Profit PagesScannedPerSecond PagesMergedPerSecond CopiedOnWritePerSecond SwapInCopiesPerSecond FullScans KsmdCpuPercent")]
    [InlineData("KsmMergeResult", "Before After FullScans Duration PagesMerged BytesSaved PagesScannedPerSecond Converged")]
    [InlineData("KsmMigrationTest", "Scenario Result Reason PagesShared PagesSharing MigratedPages Remedy PageCount MappingsVerified Trigger FromNode ToNode Attempts Duration")]
    [InlineData(
        "KsmPotential",
        "Id Name PagesRead DuplicatePages ZeroPages ExpectedSavedBytes MetadataBytes AlreadyMergedPages Scope EligiblePages PagesUnreadable Sample Estimated SavedPages LowerSavedBytes UpperSavedBytes MergeablePages MaxPageSharing UseZeroPages FramesHidden PageSize EnableCommand")]
    [InlineData("KsmProcess", "Id Name RmapItems MergingPages ZeroPages Profit MergeAny Mergeable MetadataBytes Other")]
    [InlineData("RmapEvent", "Kind TimestampNanoseconds Time Cpu ThreadId Command Flags Folio Rwc PageType Locked")]
    [InlineData(
        "RmapWalk",
        "StartNanoseconds DurationNanoseconds Duration DurationMicroseconds Cpu EndCpu ThreadId Command PageType Folio Rwc Locked Caller")]
    [InlineData(
        "RmapWalkStatistics",
        "Count MinimumNanoseconds MeanNanoseconds P50Nanoseconds P90Nanoseconds P99Nanoseconds P999Nanoseconds MaximumNanoseconds StandardDeviationNanoseconds TotalNanoseconds UnmatchedStarts UnmatchedEnds LostEvents Histogram PageType Command ThreadId Cpu Locked Caller")]
    [InlineData(
        "RmapBenchmarkResult",
        "Count MinimumNanoseconds MeanNanoseconds P50Nanoseconds P90Nanoseconds P99Nanoseconds P999Nanoseconds MaximumNanoseconds StandardDeviationNanoseconds TotalNanoseconds UnmatchedStarts UnmatchedEnds LostEvents Histogram PageType MaxPageSharing PageCount VmaCount Trigger Source Kernel Walks")]
    [InlineData(
        "RmapWalkComparison",
        "PageType Command ThreadId Cpu Locked Caller MaxPageSharing ReferenceTag DifferenceTag ReferenceCount DifferenceCount CountChangePercent Mean P50 P90 P99 P999 Verdict DecidedBy Confidence MaximumRegression Passed")]
    [InlineData("KsmTraceSession", "Name Enabled Events Kinds NotCovered Clock BufferSizeBytes TotalBufferSizeBytes Entries Overrun Dropped Cpus Path")]
    [InlineData(
        "KsmEvent",
        "Kind TimestampNanoseconds Time TimeUnit Cpu ThreadId Command Sequence RmapItems Pfn RmapItem Mm KsmPage HasKsmPage Error ScanTimeSeconds PagesToScan CpuPercent LostEventsBefore")]
    [InlineData(
        "KsmScanStatistics",
        "Scans IncompleteScans MinimumNanoseconds MeanNanoseconds P50Nanoseconds P99Nanoseconds MaximumNanoseconds PagesMerged NewKsmPages ZeroPagesMerged MergesFailed KsmPagesRemoved RmapItemsRemoved MergesPerSecond RmapItems Events LostEvents WindowNanoseconds Window")]
    [InlineData("RmapStrategyCost", "Strategy VmasVisited MappingsFound MappingsMissed EstimatedDuration")]
    [InlineData(
        "KsmRecommendation",
        "Policy Action Time Current Recommended Changes Reasons Applied TargetScanTime ShortestScanTime ExpectedCpuPercent ExpectedPagesToScan AvailableBytes ThresholdBytes MaximumWalkLatency MaxPageSharing Predicted Measurements SavedBytes ExpectedSavedBytes")]
    public void Properties_are_there(string typeName, string names)
    {
        Type type = Surface.OutputTypes.Single(type => type.Name == typeName);
        Assert.Empty(names.Split(' ').Except(type.GetProperties().Select(property => property.Name)));
    }

    [Fact]
    public void Set_takes_every_setting_that_Get_gives()
    {
        Type type = Surface.OutputTypes.Single(type => type.Name == "KsmConfiguration");
        IEnumerable<string> parameters = Surface.Cmdlets.Single(cmdlet => cmdlet.Name == "Set-KsmConfiguration").Parameters.Keys;
        Assert.Empty(type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Except(parameters));
    }

    [Fact]
    public void Counters_that_a_kernel_may_lack_can_be_null()
    {
        Type status = Surface.OutputTypes.Single(type => type.Name == "KsmStatus");
        foreach (string name in new[] { "PagesScanned", "PagesSkipped", "KsmZeroPages", "GeneralProfit", "CopiedOnWrite", "SwapInCopies" })
        {
            Assert.Equal(typeof(long?), status.GetProperty(name)!.PropertyType);
        }
    }
}
