using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tracing;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.Sessions;

/// <summary>Walks made of page-table entries, from the capture of a 6.18 kernel on which compaction took 15 s for merged pages.</summary>
public sealed class MigrationPteTests
{
    [Fact]
    public void Merged_pages_give_long_walks()
    {
        List<RmapWalk> walks = Walks("ksm");

        // By an independent script: runs of entries of one page, kind and thread.
        Assert.Equal(26_195, walks.Count);
        Assert.Equal(289_770_000, walks.Max(walk => walk.DurationNanoseconds));
        List<RmapWalk> shared = [.. walks.Where(walk => walk.DurationNanoseconds > 50_000_000)];
        Assert.InRange(shared.Average(walk => walk.DurationNanoseconds), 100_000_000, 200_000_000);
        Assert.All(walks, walk => Assert.True(walk.Approximate));
        Assert.Equal(["remove_migration_ptes", "try_to_migrate"], walks.Select(walk => walk.Caller).Distinct().Order());
    }

    [Fact]
    public void Unmerged_pages_give_one_entry_each()
    {
        List<RmapWalk> walks = Walks("anon");
        Assert.Equal(23_230, walks.Count);
        Assert.All(walks, walk => Assert.Equal(0, walk.DurationNanoseconds));
    }

    [Fact]
    public void Statistics_say_that_they_are_bounds()
    {
        using WalkReader reader = Open("ksm");
        var measurement = new RmapWalkMeasurement(RmapGroupBy.Caller, reader.Symbols);
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            measurement.Add(records);
        }

        IReadOnlyList<RmapWalkStatistics> statistics = measurement.Statistics();
        Assert.Equal(2, statistics.Count);
        Assert.All(statistics, item => Assert.True(item.Approximate));
        Assert.Equal(26_195, statistics.Sum(item => item.Count));
    }

    [Theory]
    [InlineData(0xf7ffe7ffd8ca6000, false, Architecture.X64, 0x139acf)]
    [InlineData(0xefffe7ffdf20fa00, false, Architecture.X64, 0x106f82)]
    [InlineData(0x800000023b400047, true, Architecture.X64, 0x23b400)]
    [InlineData(0x0068000139acff43, true, Architecture.Arm64, 0x139acf)]
    [InlineData(0x123, true, Architecture.RiscV64, 0x123)]
    public void An_entry_tells_its_page(ulong entry, bool isPresent, Architecture architecture, ulong page) =>
        Assert.Equal(page, MigrationEntry.PageOf(entry, isPresent, architecture));

    [Fact]
    public void Threads_are_apart_and_a_loss_ends_what_is_open()
    {
        var symbols = new SymbolTable();
        var runs = new PteRuns(symbols, Architecture.X64);
        runs.Add([Entry(1, 10, 0x1000), Entry(2, 11, 0x2000), Entry(1, 20, 0x1000), Entry(2, 21, 0x2000), TraceRecord.Lost(0, 5), Entry(1, 30, 0x1000)]);
        runs.Complete();
        TraceRecord[] records = runs.Walks.ToArray();
        Assert.Equal(
            [(TraceRecordKind.Start, 10L), (TraceRecordKind.End, 20L), (TraceRecordKind.Start, 11L), (TraceRecordKind.End, 21L), (TraceRecordKind.Lost, 0L), (TraceRecordKind.Start, 30L), (TraceRecordKind.End, 30L)],
            records.Select(record => (record.Kind, record.Timestamp)));
        runs.Take();
        Assert.Equal(0, runs.Walks.Length);
    }

    [Fact]
    public void Many_threads_do_not_cut_the_walk_that_goes_on()
    {
        var runs = new PteRuns(new SymbolTable(), Architecture.X64);
        runs.Add([Entry(1, 1, 0x1000)]);
        for (int thread = 2; thread < 40_000; thread++)
        {
            runs.Add([Entry(thread, thread, 0x2000), Entry(1, thread, 0x1000)]);
        }

        runs.Complete();
        Assert.Equal((1L, 39_999L), (runs.Walks.ToArray().Single(record => record.ThreadId == 1 && record.Kind == TraceRecordKind.Start).Timestamp, runs.Walks.ToArray().Single(record => record.ThreadId == 1 && record.Kind == TraceRecordKind.End).Timestamp));
        Assert.Equal(2 * 39_999, runs.Walks.Length);
    }

    private static TraceRecord Entry(int thread, long time, ulong entry)
    {
        var record = new TraceRecord { Kind = TraceRecordKind.MapEntry, ThreadId = thread, Timestamp = time };
        record.Set(MigrationEvents.Entry, entry);
        return record;
    }

    private static WalkReader Open(string name) => new WalkReader(TraceReaders.Open(Captures.Data($"host-6.18/{name}.trace.txt.gz"), WalkReader.Wanted, TraceFormat.Auto, new SymbolTable()), Architecture.X64);

    private static List<RmapWalk> Walks(string name)
    {
        using WalkReader reader = Open(name);
        var walks = new List<RmapWalk>();
        var pairer = new RmapWalkPairer<Collector>(new Collector(walks, new RecordObjects(reader.Symbols)));
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            pairer.Pair(records);
        }

        pairer.Complete();
        Assert.Equal((0L, 0L), (pairer.UnmatchedStarts, pairer.UnmatchedEnds));
        return walks;
    }

    private readonly struct Collector(List<RmapWalk> walks, RecordObjects objects) : IWalkSink
    {
        public void Walk(in TraceRecord start, in TraceRecord end) => walks.Add(objects.Walk(start, end));

        public void TimeBackwards(in TraceRecord start, in TraceRecord end)
        {
        }

        public void UnmatchedStart(in TraceRecord start)
        {
        }

        public void UnmatchedEnd(in TraceRecord end)
        {
        }
    }
}
