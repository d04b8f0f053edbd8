using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.Live;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>A buffer of the running kernel that is overwritten before anybody reads: what was lost is as many events as the kernel counted.</summary>
public sealed class LiveLossTests
{
    private const string Name = "ksmtools-test-loss";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Losses_are_as_many_as_the_kernel_has_counted(bool wasRead)
    {
        var tree = new KernelTree("/");
        TraceSession session = Start();
        try
        {
            // Before the first reader counts, others may have been told.
            long told = 0;
            if (wasRead)
            {
                Overrun(session, 200);
                told = Take(session, 1).Events;
            }

            Overrun(session, 2000);
            LostTally lost = Take(session, 4);
            Assert.InRange(lost.Events, 1, Lost(session));
            if (wasRead)
            {
                AssertTold(session, lost, -told);
            }
            else
            {
                Assert.Equal((Lost(session), false), (lost.Events, lost.IsLowerBound));
            }
        }
        finally
        {
            new TraceSessions(tree).Remove(session, "test");
        }
    }

    [Fact]
    public void Losses_add_up_to_what_the_kernel_counts_while_it_goes_on()
    {
        TraceSession session = Start();
        try
        {
            var lost = new LostTally();
            using var reader = new LiveReader(session, WalkReader.Wanted, new SymbolTable(), until: null, "test");
            for (int i = 0; i < 50; i++)
            {
                long before = Lost(session);
                SchedulerSession.WorkUntil(() => Lost(session) - before >= 100);
                Drain(reader, ref lost);
            }

            session.Switch(false);
            Drain(reader, ref lost);
            Assert.Equal((Lost(session), false), (lost.Events, lost.IsLowerBound));
        }
        finally
        {
            new TraceSessions(new KernelTree("/")).Remove(session, "test");
        }
    }

    [Fact]
    public void What_is_lost_after_the_buffer_was_cleared_is_told()
    {
        TraceSession session = Start();
        try
        {
            var lost = new LostTally();
            using var reader = new LiveReader(session, WalkReader.Wanted, new SymbolTable(), until: null, "test");
            Overrun(session, 2000);
            Drain(reader, ref lost);
            long told = lost.Events;
            session.Clear();
            Overrun(session, 500);
            Drain(reader, ref lost);
            Assert.InRange(lost.Events - told, 1, Lost(session));
            Overrun(session, 500);
            Drain(reader, ref lost);
            AssertTold(session, lost, told);
        }
        finally
        {
            new TraceSessions(new KernelTree("/")).Remove(session, "test");
        }
    }

    // Reads so many times to the end, with new losses in between.
    private static LostTally Take(TraceSession session, int times)
    {
        var lost = new LostTally();
        using var reader = new LiveReader(session, WalkReader.Wanted, new SymbolTable(), until: null, "test");
        for (int i = 0; i < times; i++)
        {
            if (i > 0)
            {
                Overrun(session, 500);
            }

            Drain(reader, ref lost);
        }

        return lost;
    }

    private static void Drain(LiveReader reader, ref LostTally lost)
    {
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                if (record.Kind == TraceRecordKind.Lost)
                {
                    lost.Add(record);
                }
            }
        }
    }

    private static TraceSession Start() => new TraceSessionMaker(new KernelTree("/")).Start(
        new TraceSessionRequest { Name = Name, Kind = SessionKind.Rmap, Command = "test", BufferSize = 8192 },
        null,
        (_, _) => new TraceSessionSetup { Events = [("sched/sched_switch", "prev_pid >= 0")] });

    private static void Overrun(TraceSession session, long more)
    {
        session.Switch(true);
        long before = Lost(session);
        SchedulerSession.WorkUntil(() => Lost(session) - before >= more);
        session.Switch(false);
    }

    private static void AssertTold(TraceSession session, LostTally lost, long before)
    {
        if (!lost.IsLowerBound)
        {
            Assert.Equal(Lost(session), lost.Events - before);
        }
    }

    // All ways in which an event is lost: an interrupt may find the page full that another event is being written to.
    private static long Lost(TraceSession session) => session.Statistics().Sum(cpu => cpu.Overrun + cpu.CommitOverrun + cpu.Dropped);
}
