using CsCheck;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.PerfData;

namespace KsmTools.Tests.PerfData;

public sealed class PerfQueueTests
{
    [Fact]
    public void Entries_come_in_the_order_of_time_and_equal_times_in_the_order_of_arrival() => Gen.Int[0, 50].Array[0, 400].ForAll(times =>
    {
        var queue = new PerfQueue();
        for (int i = 0; i < times.Length; i++)
        {
            queue.Add(times[i]).Parent = i;
        }

        queue.End();
        Assert.Equal(Enumerable.Range(0, times.Length).OrderBy(i => times[i]), Drain(queue));
    });

    [Fact]
    public void A_mark_releases_what_no_later_entry_can_precede()
    {
        var queue = new PerfQueue();
        foreach (int time in (int[])[5, 9, 3])
        {
            queue.Add(time).Parent = time;
        }

        queue.EndRound();
        Assert.False(queue.HasReady);
        foreach (int time in (int[])[8, 12, 4, 9])
        {
            queue.Add(time).Parent = time;
        }

        queue.EndRound();
        Assert.Equal((7, 1), (queue.Count, queue.Waiting));
        Assert.Equal([3, 4, 5, 8, 9, 9], Drain(queue));
        Assert.Equal((1, 1), (queue.Count, queue.Waiting));
        queue.EndRound();
        Assert.Equal([12], Drain(queue));
    }

    [Fact]
    public void Beyond_its_capacity_the_earlier_half_is_ready()
    {
        var queue = new PerfQueue(capacity: 8);
        var given = new List<int>();
        for (int i = 0; i < 100; i++)
        {
            queue.Relieve();
            queue.Add(i ^ 1).Parent = i ^ 1;
            given.AddRange(Drain(queue));
            Assert.InRange(i + 1 - given.Count, 1, 8);
        }

        queue.End();
        given.AddRange(Drain(queue));
        Assert.Equal(Enumerable.Range(0, 100), given);
    }

    // Entries are added or taken back, rounds end, and what is ready is taken.
    [Fact]
    public void What_happened_since_a_time_that_is_gone_by_comes_with_the_first_that_waits() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 60]).Array[0, 120].ForAll(steps =>
    {
        var queue = new PerfQueue();
        var waiting = new List<long>();
        long readyUntil = long.MinValue, limit = long.MinValue, latest = long.MinValue;
        foreach ((int step, int time) in steps)
        {
            if (step == 9)
            {
                queue.EndRound();
                int[] taken = [.. Drain(queue)];
                Assert.Equal(waiting.Where(one => one <= limit).Order(), taken.Select(one => (long)one));
                waiting.RemoveAll(one => one <= limit);
                readyUntil = Math.Max(readyUntil, taken.Length > 0 ? taken[^1] : long.MinValue);
                limit = latest;
            }
            else
            {
                queue.Add(time).Parent = time;
                latest = Math.Max(latest, time);
                if (step == 8)
                {
                    queue.Undo();
                }
                else
                {
                    waiting.Add(time);
                }
            }

            Assert.Equal((waiting.Count, waiting.Count), (queue.Count, queue.Waiting));
            long first = waiting.Count > 0 ? waiting.Min() : queue.Latest;
            Assert.Equal(latest == long.MinValue ? 0 : latest, queue.Latest);
            Assert.Equal(first, queue.Since(null));
            foreach (long asked in (long[])[0, time, readyUntil, readyUntil + 1])
            {
                Assert.Equal(asked >= readyUntil ? asked : first, queue.Since(asked));
            }
        }
    });

    /// <summary>Once its storage has grown, an event costs no memory, whether it is wanted or not.</summary>
    [Fact]
    public void Events_allocate_nothing()
    {
        var writer = new PerfDataWriter(new SubBufferWriter(false, 8, 4096));
        byte[] round = [.. PerfDataFiles.Rounds(writer.Name(1, 42, "worker").NewThread(2, 43, 42)).Records.SelectMany(record => record)];
        var decoder = new PerfDecoder<LittleEndian>("memory", WalkReader.Wanted, new SymbolTable());
        using var pump = new PerfPump(new PerfSource("memory", new Repeated(writer.Pipe([])[PerfDataHeader.PipeLength..], round, 4000), decoder.Order), decoder);
        var records = new TraceRecord[1024];
        long before = 0;
        int count = 0, warm = 0;
        for (bool isEnded = false; !isEnded;)
        {
            count += pump.Fill(records, out isEnded, TestContext.Current.CancellationToken);
            if (count > 24 * 2000 && warm == 0)
            {
                warm = count;
                before = GC.GetAllocatedBytesForCurrentThread();
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Null(pump.Failure);
        Assert.Equal(24 * 4000, count);
        Assert.InRange(allocated, 0, 1024);
    }

    private static List<int> Drain(PerfQueue queue)
    {
        var taken = new List<int>();
        while (queue.HasReady)
        {
            taken.Add(queue.Take().Parent);
        }

        return taken;
    }

    private sealed class Repeated(byte[] head, byte[] body, int times) : PerfBytes
    {
        public override int Read(Span<byte> buffer)
        {
            byte[] part = Position < head.Length ? head : body;
            long within = Position < head.Length ? Position : (Position - head.Length) % body.Length;
            long left = Math.Min(part.Length - within, head.Length + ((long)body.Length * times) - Position);
            int count = (int)Math.Min(buffer.Length, left);
            part.AsSpan((int)within, count).CopyTo(buffer);
            Position += count;
            return count;
        }

        public override long Skip(long count) => throw new NotSupportedException();
    }
}
