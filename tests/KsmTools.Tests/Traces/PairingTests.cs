using CsCheck;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Traces;

public sealed class PairingTests
{
    private struct Collected : IWalkSink
    {
        public List<(long Start, long End)> Walks;
        public List<long> Starts;
        public List<long> Ends;

        public readonly void Walk(in TraceRecord start, in TraceRecord end) => Walks.Add((start.Timestamp, end.Timestamp));

        public readonly void TimeBackwards(in TraceRecord start, in TraceRecord end) => Assert.Fail("Time goes on.");

        public readonly void UnmatchedStart(in TraceRecord start) => Starts.Add(start.Timestamp);

        public readonly void UnmatchedEnd(in TraceRecord end) => Ends.Add(end.Timestamp);
    }

    private static Collected Pair(params TraceRecord[] records)
    {
        for (int i = 0; i < records.Length; i++)
        {
            records[i].Timestamp = i;
        }

        var pairer = new RmapWalkPairer<Collected>(new Collected { Walks = [], Starts = [], Ends = [] });
        pairer.Pair(records);
        pairer.Complete();
        Assert.Equal(pairer.Walks, pairer.Sink.Walks.Count);
        Assert.Equal(pairer.UnmatchedStarts, pairer.Sink.Starts.Count);
        Assert.Equal(pairer.UnmatchedEnds, pairer.Sink.Ends.Count);
        return pairer.Sink;
    }

    private static TraceRecord Start(int thread, ulong folio, int cpu = 0) =>
        new() { Kind = TraceRecordKind.Start, ThreadId = thread, Cpu = cpu, Folio = folio, Rwc = 1, HasAddresses = true };

    private static TraceRecord End(int thread, ulong folio, int cpu = 0) => Start(thread, folio, cpu) with { Kind = TraceRecordKind.End };

    private static ulong Address(int number) => (ulong)number * 0xD6E8_FEB8_6659_FD93;

    private static TraceRecord Probe(TraceRecordKind kind, int thread, int function) =>
        new() { Kind = kind, ThreadId = thread, Function = function, HasAddresses = kind == TraceRecordKind.Start, Folio = (ulong)function };

    [Fact]
    public void Interleaved_walks_are_told_apart() => Assert.Equal([(0, 2), (1, 3)], Pair(Start(1, 1), Start(2, 1), End(1, 1), End(2, 1)).Walks);

    [Fact]
    public void Nested_walks_end_innermost_first() => Assert.Equal([(1, 2), (0, 3)], Pair(Start(1, 1), Start(1, 1), End(1, 1), End(1, 1)).Walks);

    [Fact]
    public void A_walk_may_change_its_CPU() => Assert.Equal([(0, 1)], Pair(Start(1, 1, cpu: 0), End(1, 1, cpu: 5)).Walks);

    [Fact]
    public void The_idle_threads_of_two_CPUs_are_two() => Assert.Equal([(0, 2), (1, 3)], Pair(Start(0, 1, 0), Start(0, 1, 1), End(0, 1, 0), End(0, 1, 1)).Walks);

    [Fact]
    public void The_next_end_is_not_the_end_of_the_last_start()
    {
        Collected found = Pair(Start(1, 1), End(1, 2), Start(2, 3), End(2, 3));
        Assert.Equal([(2, 3)], found.Walks);
        Assert.Equal([0], found.Starts);
        Assert.Equal([1], found.Ends);
    }

    [Fact]
    public void Return_probes_without_addresses_pair_by_thread_and_function()
    {
        Collected found = Pair(
            Probe(TraceRecordKind.Start, 1, 7), Probe(TraceRecordKind.Start, 1, 8), Probe(TraceRecordKind.Start, 2, 7),
            Probe(TraceRecordKind.End, 1, 7), Probe(TraceRecordKind.End, 2, 8), Probe(TraceRecordKind.End, 1, 8), Probe(TraceRecordKind.End, 2, 7));
        Assert.Equal([(0, 3), (1, 5), (2, 6)], found.Walks);
        Assert.Equal([4], found.Ends);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(TraceRecord.AnyCpu, 0, 0)]
    public void Nothing_is_paired_across_a_loss_on_its_CPUs(int lostCpu, int startCpu, int endCpu)
    {
        Collected found = Pair(Start(1, 1, startCpu), TraceRecord.Lost(lostCpu, 2), End(1, 1, endCpu), Start(1, 1, startCpu), End(1, 1, endCpu));
        Assert.Equal([(3, 4)], found.Walks);
        Assert.Equal([0], found.Starts);
        Assert.Equal([2], found.Ends);
    }

    [Fact]
    public void A_loss_on_another_CPU_breaks_nothing() => Assert.Equal([(0, 2)], Pair(Start(1, 1, 0), TraceRecord.Lost(3, 2), End(1, 1, 1)).Walks);

    [Fact]
    public void Clocks_are_not_mixed() => Assert.Empty(Pair(Start(1, 1), End(1, 1) with { TimeUnit = RmapTimeUnit.Ticks }).Walks);

    [Fact]
    public void The_oldest_starts_are_given_up_when_too_many_are_open()
    {
        const int Extra = 1000;
        var records = new List<TraceRecord>();
        for (int i = 0; i < RmapWalkPairer<Collected>.Capacity + Extra; i++)
        {
            records.Add(Start(i % 7, (ulong)i));
        }

        records.Add(End((Extra - 1) % 7, Extra - 1));
        records.Add(End(Extra % 7, Extra));
        Collected found = Pair([.. records]);
        Assert.Equal([(Extra, records.Count - 1)], found.Walks);
        Assert.Equal(Enumerable.Range(0, Extra).Select(i => (long)i), found.Starts.Take(Extra));
    }

    [Fact]
    public void A_start_that_finds_no_room_gives_up_the_oldest_though_its_end_comes_next()
    {
        const int Most = RmapWalkPairer<Collected>.Capacity;
        Collected found = Pair([.. Enumerable.Range(0, Most).Select(i => Start(1, (ulong)i)), Start(2, 1), End(2, 1), End(1, 0)]);
        Assert.Equal([(Most, Most + 1)], found.Walks);
        Assert.Equal([Most + 2], found.Ends);
        Assert.Equal(0, found.Starts[0]);
    }

    [Fact]
    public void A_walk_may_lie_across_two_batches()
    {
        var pairer = new RmapWalkPairer<Collected>(new Collected { Walks = [], Starts = [], Ends = [] });
        pairer.Pair([Start(1, 1), End(1, 1), Start(1, 2)]);
        pairer.Pair([End(1, 2), End(1, 2)]);
        Assert.Equal((2, 0, 1), (pairer.Walks, pairer.UnmatchedStarts, pairer.UnmatchedEnds));
    }

    /// <summary>Any stream, against the definition: a stack of open starts for every thread, folio and rwc.</summary>
    [Fact]
    public void Pairing_agrees_with_its_definition()
    {
        // Few folios nest; many share the buckets of a hash.
        Gen.Select(Gen.Bool, Gen.Int[1, 4], Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, 60]), Gen.Int[0, 3]).Array[0, 400].ForAll(steps =>
        {
            TraceRecord[] records = [.. steps.Select(step => step.Item1 ? Start(step.Item2, Address(step.Item3), step.Item4) : End(step.Item2, Address(step.Item3), step.Item4))];
            var open = new Dictionary<(int, ulong), Stack<long>>();
            var walks = new List<(long, long)>();
            var ends = new List<long>();
            for (int i = 0; i < records.Length; i++)
            {
                (int, ulong) key = (records[i].ThreadId, records[i].Folio);
                if (!open.TryGetValue(key, out Stack<long>? stack))
                {
                    open.Add(key, stack = new Stack<long>());
                }

                if (records[i].Kind == TraceRecordKind.Start)
                {
                    stack.Push(i);
                }
                else if (stack.TryPop(out long start))
                {
                    walks.Add((start, i));
                }
                else
                {
                    ends.Add(i);
                }
            }

            Collected found = Pair(records);
            Assert.Equal(walks, found.Walks);
            Assert.Equal(ends, found.Ends);
            Assert.Equal(open.Values.SelectMany(stack => stack).Order(), found.Starts);
        });
    }
}
