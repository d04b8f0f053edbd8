using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tests.Traces;

/// <summary>Every line of a text that names a wanted event is read, or counted and shown.</summary>
public sealed class AccountingTests
{
    private const string Good = "            ksmd-57      [002] ..... 123.000100: rmap_walk_start: folio=0xff rwc=0xea page_type=ksm locked=false\n";
    private const string Other = "            ksmd-57      [002] ..... 123.000100: sched_switch: prev_comm=rmap_walk_start: next_pid=1\n";
    private const string Body = "rmap_walk_start: folio=0xff rwc=0xea page_type=ksm locked=false\n";

    [Theory]
    [InlineData("            ksmd-57      {002} ..... 124.000100: ")]
    [InlineData("            ksmd 57      [002] ..... 124.000100: ")]
    [InlineData("            ksmd-57      [002] ..... 124.0001: ")]
    [InlineData("            ksmd-57      [002] ..... -4.000100: ")]
    [InlineData("            ksmd-57      [002] ..... 124.000100: (?) ")]
    [InlineData("ksmd: ")]
    [InlineData("")]
    public void A_line_whose_context_is_not_read_is_counted_and_shown(string context)
    {
        string text = TraceHelp.Header + Good + "no event\n" + context + Body + Other + Good + context + Body;
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(text);
        Assert.Equal((2, 2L), (records.Count, reader.UnreadableEvents));
        Assert.StartsWith($"line 7: {(context + Body)[..20]}", reader.FirstUnreadableEvent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_of_perf_script()
    {
        const string Line = "            ksmd    57 [001] 202514.231785: rmap:rmap_walk_start: folio=0xff rwc=0xea page_type=anon locked=true\n";
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(Line + Line.Replace("[001]", "[x]", StringComparison.Ordinal) + Line);
        Assert.Equal((2, 1L), (records.Count, reader.UnreadableEvents));
        Assert.StartsWith("line 2: ", reader.FirstUnreadableEvent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# tracer: nop\n#\n# entries-in-buffer/entries-written: 1/1   #P:4\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n")]
    [InlineData("# cat /sys/kernel/tracing/trace | grep rmap_walk_start: \n# tracer: nop\n")]
    [InlineData("cpus=2\n")]
    [InlineData("version = 6\ncpus=2\n")]
    [InlineData("# nop latency trace v1.1.5 on 6.18.44\n# -----------------\n# latency: 0 us, #4/4, CPU#0 | (M:PREEMPT(none) VP:0, KP:0, SP:0 HP:0 #P:2)\n#    | task: rmap_walk_start: -1 (uid:0 nice:0 policy:0 rt_prio:0)\n#  cmd     pid     |||||| time  |   caller\n")]
    [InlineData("#            ksmd-57      [002] ..... 124.000100: " + Body)]
    [InlineData("#           ksmd-57      [002] ..... 124.000100: " + Body)]
    [InlineData("#    ksmd-57        0..... 11000001us : " + Body)]
    [InlineData("##### CPU 1 buffer started ####\n")]
    public void Headers_and_comments_are_not_counted(string header)
    {
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(header + Good + header + Good);
        Assert.Equal((2, 0L, 0L), (records.Count(record => record.Kind != TraceRecordKind.Lost), reader.OtherEvents, reader.UnreadableEvents));
    }

    [Theory]
    [InlineData("variants/opt-latency-format.txt")]
    [InlineData("forms/trace-cmd-report-l.txt")]
    [InlineData("forms/rmap_walk.trace.txt")]
    public void Nor_are_those_of_whole_traces(string name)
    {
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.ReadFile(Checkout.Data("captures/" + name));
        Assert.NotEmpty(records);
        Assert.Equal(0, reader.UnreadableEvents);
    }

    [Theory]
    [InlineData("#evil     57 [001]  ")]
    [InlineData("\tdead be 57 [001]  ")]
    [InlineData("=> first  57 [001]  ")]
    public void No_event_of_perf_is_taken_for_a_frame_of_the_chain_before(string context)
    {
        const string Chain = "\tffffffff81100000 first+0x1 ([kernel.kallsyms])\n\tffffffff81100010 operator: x ([kernel.kallsyms])\n\n";
        string line = context + "202514.231785: lock:contention_begin: 0xffff888000f13ba8 (flags=READ)";
        Assert.Equal((5, 0), Waits(line + "\n" + Chain + line + "\n" + Chain + line));
        Assert.Equal((5, 0), Waits(line + "\n" + Chain.TrimEnd('\n') + "\n" + line + "\n" + Chain + line + "\n"));
    }

    [Theory]
    [InlineData("#evil na-57      2..... 123us : ")]
    [InlineData("\tdead be-57      2..... 123us : ")]
    [InlineData(" => firs-57      2..... 123us : ")]
    public void Nor_is_one_of_the_latency_format(string context)
    {
        string line = context + "contention_begin: 00000000d1f9d96e (flags=READ)\n";
        string chain = context + "<stack trace>\n => first\n => second\n";
        Assert.Equal((5, 0), Waits(line + chain + line + chain + line));
    }

    [Theory]
    [InlineData("ksm_enter: mm 00000000d1f9d96e", 0, 1, 0)]
    [InlineData("contention_begin: 00000000d1f9d96e (flags=READ)", 0, 0, 1)]
    [InlineData("set_migration_pte: addr=7f0000000000, pte=1 order=0", 1, 0, 0)]
    [InlineData("rmap_walk: page_type=ksm locked=false duration_ns=1", 1, 0, 0)]
    [InlineData("sched_switch: prev_comm=a", 0, 0, 0)]
    public void What_is_counted_is_what_is_wanted(string body, int walks, int ksm, int waits)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("trace.txt", TraceHelp.Header + Other + "            ksmd-57      {002} ..... 124.000100: " + body + "\n");
        Assert.Equal((walks, ksm, waits), (Unreadable(TraceReaders.OpenWalks(path)), Unreadable(TraceReaders.OpenKsm(path)), Unreadable(TraceReaders.OpenWaits(path))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_number_is_that_of_the_line_whatever_the_blocks(int helpers)
    {
        const string Native = "            ksmd-57      [002] .....   123.000100: rmap_walk_start: folio=00000000ae4eb941 rwc=0000000030d943e6 page_type=ksm locked=false\n";
        string text = string.Concat(Enumerable.Range(1, 500).Select(line => line switch { 321 => "x: " + Body, 322 => "=\n", _ => line % 7 == 0 ? Other : Native }));
        foreach (int size in (int[])[100, 501, 4096, 1 << 16])
        {
            ITraceReader reader = TraceHelp.Read(Encoding.UTF8.GetBytes(text), size, size, helpers).Reader;
            Assert.Equal(1, reader.UnreadableEvents);
            Assert.StartsWith("line 321: ", reader.FirstUnreadableEvent, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(LineBlocks.LongestLine)]
    public void A_line_that_is_too_long_is_counted(int size)
    {
        string endless = new('x', LineBlocks.LongestLine * 3);
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Good, endless, "\n", Good, endless, "\n", "?: ", Body, Good));
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(text, size, size);
        Assert.Equal((3, 3L), (records.Count, reader.UnreadableEvents));
        Assert.StartsWith("line 2: xxx", reader.FirstUnreadableEvent, StringComparison.Ordinal);
        (records, reader) = TraceHelp.Read(Encoding.UTF8.GetBytes(string.Concat(Good, endless, Good.TrimEnd())), size, size);
        Assert.Equal((1, 1L), (records.Count, reader.UnreadableEvents));
    }

    [Fact]
    public void Lines_after_one_that_is_too_long_have_their_numbers()
    {
        string text = string.Concat(Good, Good, "?: ", Body, new string('x', LineBlocks.LongestLine * 3), "\n");
        Assert.StartsWith("line 3: ?", TraceHelp.Read(Encoding.UTF8.GetBytes(text), 64, 64).Reader.FirstUnreadableEvent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("            ksmd-57      [002] .....   123.000100: rmap_walk_start: folio=00000000ae4eb941 rwc=0000000030d943e6 page_type=ksm locked=false\n")]
    [InlineData("            ksmd-57      [002] .....   123.000100: sched_switch: prev_comm=a next_pid=1\n")]
    [InlineData("            ksmd-57      [002]108382013361: sched_switch: prev_comm=a next_pid=1\n")]
    [InlineData("    ksmd-57      2d..1.108382013361: sched_switch: prev_comm=a next_pid=1\n")]
    [InlineData("    ksmd-57        2d..1.   12us : sched_switch: prev_comm=a next_pid=1\n")]
    [InlineData("            ksmd    57 [001] 202514.231785: rmap:rmap_walk_start: folio=0xffffea0000310800 rwc=0xffff888000f13ba8 page_type=anon locked=true\n")]
    public void A_text_that_is_cut_in_its_last_line_says_so(string line)
    {
        int name = line.IndexOf(": ", line.IndexOf(": ", StringComparison.Ordinal) + 2, StringComparison.Ordinal);
        bool isWanted = line.Contains("rmap_walk", StringComparison.Ordinal);
        for (int length = 1; length < line.Length - 1; length++)
        {
            ITraceReader reader = TraceHelp.Read(line + line[..length]).Reader;
            Assert.Equal(isWanted || length <= name + 1 ? ErrorReason.TraceTruncated : null, reader.Failure?.Reason);
        }

        Assert.Null(TraceHelp.Read(line + line[..^1]).Reader.Failure);
    }

    [Theory]
    [InlineData("my_events: begun")]
    [InlineData("step2: begun")]
    [InlineData("status: begun")]
    public void A_last_line_of_one_word_is_whole(string text)
    {
        string line = "            ksmd-57      [002] .....   123.000100: " + text;
        Assert.Null(TraceHelp.Read(line + "\n" + line).Reader.Failure);
    }

    [Theory]
    [InlineData(" => rmap_wa", true, 1)]
    [InlineData("=> rmap_walk (ffffffff81110000)", false, 2)]
    public void So_does_one_that_is_cut_in_a_call_chain(string frame, bool isCut, int frames)
    {
        const string Begin = "            ksmd-57      [002] .....   123.000100: ";
        using var folder = new TemporaryFolder();
        string path = folder.Write("trace.txt", Begin + "contention_begin: 00000000d1f9d96e (flags=READ)\n" + Begin + "<stack trace>\n => first\n" + frame);
        using ITraceReader reader = TraceReaders.OpenWaits(path);
        Assert.True(reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None));
        Assert.Equal((2, frames), (records.Length, reader.Symbols.Stacks.Frames((int)records[1][0]!.Value).Count));
        Assert.Equal(isCut ? ErrorReason.TraceTruncated : null, reader.Failure?.Reason);
    }

    private static (int Records, int Unreadable) Waits(string text)
    {
        using var folder = new TemporaryFolder();
        using ITraceReader reader = TraceReaders.OpenWaits(folder.Write("trace.txt", text));
        int count = 0;
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            count += records.Length;
        }

        Assert.Null(reader.Failure);
        return (count, (int)reader.UnreadableEvents);
    }

    private static int Unreadable(ITraceReader opened)
    {
        using ITraceReader reader = opened;
        while (reader.Read(out _, CancellationToken.None))
        {
        }

        return (int)reader.UnreadableEvents;
    }
}
