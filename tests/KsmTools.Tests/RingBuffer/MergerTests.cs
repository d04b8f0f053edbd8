using CsCheck;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.RingBuffer;

/// <summary>The order of several CPUs' records, of files and of buffers that fill.</summary>
public sealed class MergerTests
{
    private readonly SubBufferWriter _machine = new(false, 8, 4096);

    [Fact]
    public void A_CPU_that_is_flooded_with_other_events_holds_nobody_back()
    {
        // It never comes to its end, and nothing of it is wanted.
        using CpuStream flooded = Stream(0, new Pages(round => Page(round * 100, 999)));
        using CpuStream other = Stream(1, new Pages(round => round < 4 ? Page(round * 100, SubBufferWriter.StartId) : null));
        var merger = new LiveMerger([flooded, other]);
        var records = new TraceRecord[64];
        int taken = 0;
        for (int round = 0; round < 4; round++)
        {
            Assert.True(merger.Round());
            taken += merger.Take(records);
        }

        Assert.Equal(4, taken);
    }

    [Fact]
    public void Records_of_one_time_come_in_the_order_of_CPUs_and_what_was_stopped_goes_on()
    {
        using var stop = new CancellationTokenSource();

        // The first CPU has a long stretch of other events, in the middle of which somebody stops.
        using CpuStream first = Stream(0, new Pages(round =>
        {
            if (round == 3)
            {
                stop.Cancel();
            }

            return round < 400 ? Page(round * 100, round is < 2 or > 300 ? SubBufferWriter.StartId : 999) : null;
        }));
        using CpuStream second = Stream(1, new Pages(round => round < 400 ? Page(round * 100, SubBufferWriter.StartId) : null));
        var merger = new StreamMerger([first, second]);
        var records = new List<TraceRecord>();
        var batch = new TraceRecord[16];
        bool isEnded = false, isStopped = false;
        while (!isEnded)
        {
            try
            {
                int count = merger.Fill(batch, out isEnded, isStopped ? CancellationToken.None : stop.Token);
                records.AddRange(batch.AsSpan(0, count));
            }
            catch (OperationCanceledException)
            {
                isStopped = true;
            }
        }

        Assert.True(isStopped);
        Assert.Equal(400 + 2 + 99, records.Select(record => (record.Timestamp, record.Cpu)).Distinct().Count());
        Assert.Equal(records.OrderBy(record => record.Timestamp).ThenBy(record => record.Cpu), records);
    }

    // What a mark says (0: nothing, -1: that some were lost), what the kernel has counted when it was read, and what is told: the number, and what is known at least.
    [Theory]
    [InlineData(true, "-1 5 5 5", "-1 9 4 4", "3 12 3 3")]
    [InlineData(true, "3 5 5 5", "-1 5 0 0", "0 5", "2 9 4 4")]
    [InlineData(true, "-1 5 5 5", "2 2 2 2", "-1 4 2 2")]
    [InlineData(true, "-1 5 5 5", "-1 3 0 1", "-1 7 4 4")]
    [InlineData(false, "-1 50 0 1", "-1 53 3 3", "2 55 2 2")]
    [InlineData(false, "4 50 4 4", "-1 53 3 3")]
    public void Marks_of_a_buffer_that_fills_say_what_the_kernel_counts(bool isUnread, params string[] rounds)
    {
        long[][] numbers = [.. rounds.Select(round => round.Split(' ').Select(long.Parse).ToArray())];
        using CpuStream stream = Stream(0, new Pages(round => round < numbers.Length ? Page(round * 100, SubBufferWriter.StartId, numbers[round][0]) : null, round => numbers[round][1], isUnread));
        Assert.True(stream.Drain(out _));
        TraceRecord[] records = stream.Records.ToArray();
        Assert.Equal(
            numbers.Select(round => round[0] == 0 ? (0, 0) : (round[2], round[3])),
            numbers.Index().Select(round => records.Where(mark => mark.Timestamp == round.Index * 100) is var marks ? (marks.Sum(mark => mark.LostCount), marks.Sum(mark => mark.KnownLost)) : default));
    }

    // Each event has a CPU and a time that is a little later than the one before, or the same; a round of reading begins after some of them, and a sub-buffer has room for some.
    [Fact]
    public void Whatever_is_written_when_comes_once_and_in_the_order_of_time() =>
        Gen.Select(Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2]).Array[0, 400], Gen.Int[1, 120], Gen.Int[1, 40], Gen.Int[1, 50]).ForAll((steps, eventsOfRound, eventsOfPage, batch) =>
        {
            int time = 0;
            (int Time, int Cpu)[] written = [.. steps.Select(step => (time += step.Item2, step.Item1))];
            var expected = written.Order().ToList();
            Assert.Equal(expected, Live(written, eventsOfRound, eventsOfPage, batch).Select(record => ((int)record.Timestamp, record.Cpu)));
            Assert.Equal(expected, OfFile(written, eventsOfPage, batch).Select(record => ((int)record.Timestamp, record.Cpu)));
        });

    // A CPU that has more to give than one round reads goes on in the next, and nobody is given what may be later than that.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_CPU_that_is_behind_is_waited_for(int behind)
    {
        const int Many = 40;
        using CpuStream slow = Stream(behind, new Pages(round => round < Many ? Page((round * 100) + 1, SubBufferWriter.StartId) : null));
        using CpuStream quick = Stream(1 - behind, new Pages(round => round == 0 ? [.. Page(Many * 50, SubBufferWriter.StartId)] : null));
        var merger = new LiveMerger(behind == 0 ? [slow, quick] : [quick, slow]);
        var records = new List<TraceRecord>();
        var batch = new TraceRecord[3];
        while (merger.Round())
        {
            Take(merger, batch, records);
        }

        Take(merger, batch, records);
        Assert.Equal(Many + 1, records.Count);
        Assert.Equal(records.OrderBy(record => record.Timestamp), records);
    }

    private List<TraceRecord> Live((int Time, int Cpu)[] written, int eventsOfRound, int eventsOfPage, int batchSize)
    {
        int until = 0;
        Queue<int>[] left = [.. Enumerable.Range(0, 5).Select(cpu => new Queue<int>(written.Where(one => one.Cpu == cpu).Select(one => one.Time)))];
        CpuStream[] streams = [.. left.Select((times, cpu) => Stream(cpu, new Pages(_ => Page(Taken(times, eventsOfPage, time => time <= until)))))];
        var merger = new LiveMerger(streams);
        var records = new List<TraceRecord>();
        var batch = new TraceRecord[batchSize];
        int events = 0;
        bool any = true;
        while (any || events < written.Length)
        {
            events = Math.Min(written.Length, events + eventsOfRound);
            until = events == 0 ? 0 : written[events - 1].Time;
            any = merger.Round();
            Take(merger, batch, records);
        }

        return records;
    }

    private List<TraceRecord> OfFile((int Time, int Cpu)[] written, int eventsOfPage, int batchSize)
    {
        Queue<int>[] left = [.. Enumerable.Range(0, 5).Select(cpu => new Queue<int>(written.Where(one => one.Cpu == cpu).Select(one => one.Time)))];
        var merger = new StreamMerger([.. left.Select((times, cpu) => Stream(cpu, new Pages(_ => Page(Taken(times, eventsOfPage, _ => true)))))]);
        var records = new List<TraceRecord>();
        var batch = new TraceRecord[batchSize];
        bool isEnded = false;
        while (!isEnded)
        {
            records.AddRange(batch.AsSpan(0, merger.Fill(batch, out isEnded, CancellationToken.None)));
        }

        return records;
    }

    private static void Take(LiveMerger merger, TraceRecord[] batch, List<TraceRecord> records)
    {
        for (int count = merger.Take(batch); count > 0; count = merger.Take(batch))
        {
            records.AddRange(batch.AsSpan(0, count));
        }
    }

    private static IEnumerable<int> Taken(Queue<int> times, int most, Predicate<int> isWritten)
    {
        for (int taken = 0; taken < most && times.TryPeek(out int time) && isWritten(time); taken++)
        {
            yield return times.Dequeue();
        }
    }

    private byte[]? Page(IEnumerable<int> times)
    {
        bool any = false;
        foreach (int time in times)
        {
            any = true;
            _ = _machine.Event((ulong)time, _machine.Record(SubBufferWriter.StartId, 42, 1, 2, "ksm", true));
        }

        return any ? _machine.Page() : null;
    }

    private byte[] Page(int time, int id, long lost = 0)
    {
        _machine.Flags = lost switch { 0 => 0, < 0 => 1u << 31, _ => 3u << 30 };
        _machine.Missed = (uint)Math.Max(0, lost);
        return _machine.Event((ulong)time, _machine.Record(id, 42, 1, 2, "ksm", true)).Page();
    }

    private CpuStream Stream(int cpu, Pages pages) => new("memory", cpu, pages, new BufferContext
    {
        Header = SubBufferHeader.Parse(_machine.HeaderPage(), "header_page"),
        Layouts = EventLayouts.From(
            [
                EventFormat.Parse(_machine.Format("rmap_walk_start", SubBufferWriter.StartId, false), "start"),
                EventFormat.Parse(_machine.Format("rmap_walk_end", SubBufferWriter.EndId, false), "end"),
            ],
            WalkReader.Wanted,
            "formats"),
        Threads = ThreadNames.Of("42 worker\n"u8, new SymbolTable()),
        Functions = new KernelSymbols(() => default, new SymbolTable()),
    }.Decoder(cpu));

    private sealed class Pages(Func<int, byte[]?> page, Func<int, long>? lost = null, bool isUnread = false) : SubBufferSource
    {
        private byte[] _page = [];
        private int _round;

        public override ReadOnlySpan<byte> Page => _page;

        public override bool IsUnread => isUnread;

        public override long? CountLost() => lost?.Invoke(_round - 1);

        public override bool TryNext()
        {
            _page = page(_round++) ?? [];
            return _page.Length > 0;
        }

        public override string Place(int offset) => "memory";
    }
}
