namespace KsmTools.Tests.Conventions;

/// <summary>Property names that scripts rely on: taking one away breaks somebody.</summary>
public sealed class PropertyNameTests
{
    [Theory]
    [InlineData(
        "KsmStatus",
        "Time RunState FullScans PagesScanned PagesShared PagesSharing PagesUnshared PagesVolatile PagesSkipped KsmZeroPages StableNodeChains StableNodeDups GeneralProfit PageSize SavedBytes SharingRatio KsmdCpuTime Diagnosis")]
    [InlineData(
        "KsmConfiguration",
        "Run PagesToScan SleepMilliseconds MaxPageSharing MergeAcrossNodes UseZeroPages SmartScan StableNodeChainsPruneMilliseconds AdvisorMode AdvisorMaxCpu AdvisorMinPagesToScan AdvisorMaxPagesToScan AdvisorTargetScanTime")]
    [InlineData("KsmMergeResult", "Before After FullScans Duration PagesMerged BytesSaved PagesScannedPerSecond Converged")]
    [InlineData("KsmProcess", "Id Name RmapItems MergingPages ZeroPages Profit MergeAny Mergeable MetadataBytes")]
    [InlineData("RmapEvent", "Kind TimestampNanoseconds Time Cpu ThreadId Command Flags Folio Rwc PageType Locked")]
    [InlineData(
        "RmapWalk",
        "StartNanoseconds DurationNanoseconds Duration DurationMicroseconds Cpu EndCpu ThreadId Command PageType Folio Rwc Locked Caller")]
    [InlineData(
        "RmapWalkStatistics",
        "Count MinimumNanoseconds MeanNanoseconds P50Nanoseconds P90Nanoseconds P99Nanoseconds P999Nanoseconds MaximumNanoseconds StandardDeviationNanoseconds TotalNanoseconds UnmatchedStarts UnmatchedEnds LostEvents Histogram PageType Command ThreadId Cpu Locked Caller")]
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
        foreach (string name in new[] { "PagesScanned", "PagesSkipped", "KsmZeroPages", "GeneralProfit" })
        {
            Assert.Equal(typeof(long?), status.GetProperty(name)!.PropertyType);
        }
    }
}
