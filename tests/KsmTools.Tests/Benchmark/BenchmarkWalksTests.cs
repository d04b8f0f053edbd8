using KsmTools.Benchmark;
using KsmTools.Records;

namespace KsmTools.Tests.Benchmark;

/// <summary>Which walks a row is about.</summary>
public sealed class BenchmarkWalksTests
{
    private const int Trigger = 100;
    private const int Somebody = 200;

    [Fact]
    public void Walks_of_other_threads_are_not_measured()
    {
        var walks = new BenchmarkWalks(RmapPageType.Ksm);
        walks.Add(
            [
                Record(TraceRecordKind.Start, Trigger, 1_000),
                Record(TraceRecordKind.Start, Somebody, 1_100),
                Record(TraceRecordKind.End, Trigger, 1_500),
                Record(TraceRecordKind.End, Somebody, 9_000),
            ],
            Trigger);
        walks.Complete();
        Assert.Equal((1, 500L, 500L), ((int)walks.Statistics().Count, walks.Statistics().MaximumNanoseconds, walks.Walks.Single().DurationNanoseconds));
        Assert.Equal(Trigger, walks.Walks.Single().ThreadId);
    }

    [Fact]
    public void Walks_of_pages_of_other_types_are_not_measured()
    {
        var walks = new BenchmarkWalks(RmapPageType.Ksm);
        walks.Add(
            [
                Record(TraceRecordKind.Start, Trigger, 1_000, RmapPageType.File),
                Record(TraceRecordKind.End, Trigger, 1_500, RmapPageType.File),
                Record(TraceRecordKind.Start, Trigger, 2_000),
                Record(TraceRecordKind.End, Trigger, 2_300),
            ],
            Trigger);
        walks.Complete();
        Assert.Equal((1, 300L), ((int)walks.Statistics().Count, walks.Statistics().MaximumNanoseconds));
        Assert.Single(walks.Walks);
    }

    private static TraceRecord Record(TraceRecordKind kind, int thread, long time, RmapPageType type = RmapPageType.Ksm) => new()
    {
        Kind = kind,
        TimeUnit = RmapTimeUnit.Nanoseconds,
        HasAddresses = true,
        Folio = 0x1000u + (ulong)thread,
        Rwc = 0x2000u + (ulong)thread,
        ThreadId = thread,
        Timestamp = time,
        PageType = type,
    };
}
