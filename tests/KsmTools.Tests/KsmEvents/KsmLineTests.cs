using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.KsmEvents;

/// <summary>Lines as the kernel prints them, of every event, and lines that it does not.</summary>
public sealed class KsmLineTests
{
    private const string EnterLine = "ksm_enter: mm 000000000829b2d4";

    [Theory]
    [InlineData("ksm_start_scan: seq 1 rmap size 600", "ksm_start_scan: seq=0x1 (1) rmap_entries=0x258 (600)", KsmEventKind.StartScan)]
    [InlineData("ksm_stop_scan: seq -2 rmap size -2", "ksm_stop_scan: seq=0xfffffffe (-2) rmap_entries=0xfffffffe (-2)", KsmEventKind.StopScan)]
    [InlineData("ksm_enter: mm 000000000829b2d4", "ksm_enter: mm=0xffff888151b89f40 (-131385973498048)", KsmEventKind.Enter)]
    [InlineData("ksm_exit: mm 000000000829b2d4", "ksm_exit: mm=0xffff888151b89f40 (-131385973498048)", KsmEventKind.Exit)]
    [InlineData("ksm_merge_one_page: ksm pfn 15156 rmap_item 0000000017726972 mm 000000000829b2d4 error -14", "ksm_merge_one_page: pfn=0x3b34 (15156) rmap_item=0xffff888100b868c0 (-131387332466496) mm=0xffff888151b89f40 (-131385973498048) err=0xfffffff2 (-14)", KsmEventKind.MergeOnePage)]
    [InlineData("ksm_merge_with_ksm_page: pfn 1156739 rmap_item 00000000f4ef75be mm 000000000829b2d4 error 0", "ksm_merge_with_ksm_page: ksm_page=0x0 (0) pfn=0x11a683 (1156739) rmap_item=0xffff888144dfd580 (-131386189032064) mm=0xffff888151b89f40 (-131385973498048) err=0x0 (0)", KsmEventKind.MergeWithKsmPage)]
    [InlineData("ksm_merge_with_ksm_page: ksm pfn 1156739 rmap_item 00000000f4ef75be mm 000000000829b2d4 error -14", "ksm_merge_with_ksm_page: ksm_page=0xffffea000469a0c0 (-24189181779776) pfn=0x11a683 (1156739) rmap_item=0xffff888144dfdd80 (-131386189030016) mm=0xffff888151b89f40 (-131385973498048) err=0xfffffff2 (-14)", KsmEventKind.MergeWithKsmPage)]
    [InlineData("ksm_remove_ksm_page: pfn 1156739", "ksm_remove_ksm_page: pfn=0x11a683 (1156739)", KsmEventKind.RemoveKsmPage)]
    [InlineData("ksm_remove_rmap_item: pfn 1156739 rmap_item 00000000ed87ab93 mm 000000000829b2d4", "ksm_remove_rmap_item: pfn=0x11a683 (1156739) rmap_item=0xffff88815782dfc0 (-131385876357184) mm=0xffff888151b89f40 (-131385973498048)", KsmEventKind.RemoveRmapItem)]
    [InlineData("ksm_advisor: ksm scan time 1 pages_to_scan 10 cpu percent 1807", "ksm_advisor: scan_time=0x1 (1) pages_to_scan=0xa (10) cpu_percent=0x70f (1807)", KsmEventKind.Advisor)]
    public void Every_event_is_read_in_words_and_in_fields(string words, string fields, KsmEventKind kind)
    {
        KsmEvent one = Assert.Single(KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line(words)));
        KsmEvent other = Assert.Single(KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line(fields)));
        Assert.Equal(kind, one.Kind);
        Assert.Equal((25_185_494_000, 0, 29, "ksmd"), (one.TimestampNanoseconds, one.Cpu, one.ThreadId, one.Command));
        Assert.Equal(KsmEventHelp.Same(one), KsmEventHelp.Same(other));
        Assert.Contains(one.GetType().GetProperties(), property => property.GetValue(one) is not null && property.Name is "Sequence" or "Mm" or "Pfn" or "CpuPercent");
    }

    // As trace-cmd report -R prints them.
    [Theory]
    [InlineData("ksm_stop_scan:         seq=102 rmap_entries=1500", "ksm_stop_scan: seq 102 rmap size 1500")]
    [InlineData("ksm_merge_with_ksm_page: ksm_page=0xffffea000469a0c0 pfn=523834 rmap_item=0xffff888144dfdd80 mm=0xffff888151b89f40 err=-14", "ksm_merge_with_ksm_page: ksm pfn 523834 rmap_item 00000000f4ef75be mm 000000000829b2d4 error -14")]
    public void Fields_without_a_base_are_decimal(string fields, string words) => Assert.Equal(
        KsmEventHelp.Same(Assert.Single(KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line(words)))),
        KsmEventHelp.Same(Assert.Single(KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line(fields)))));

    [Theory]
    [InlineData("ksm_exit: mm 000000000829b2d4", 2)]
    [InlineData("ksm_exit: mm 000000000829b2d", 1)]
    [InlineData("ksm_merge_with_ksm_page: pfn 1 rmap_item 000000000829b2d4 mm 000000000829b2d4 error 0", 2)]
    [InlineData("ksm_merge_with_ksm_page: pfn 1 rmap_item 000000000829b2d4 mm 000000000829b2d4 error -1", 1)]
    [InlineData("ksm_start_scan: seq 1 rmap size 60", 1)]
    [InlineData("ksm_start_scan: seq=0x1 (1) rmap_entries=0x258 (600)", 2)]
    public void A_last_line_without_its_newline_counts_if_it_is_whole_for_sure(string body, int events)
    {
        List<KsmEvent> read = KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line(EnterLine) + KsmEventHelp.Line(body).TrimEnd('\n'), out ITraceReader reader);
        Assert.Equal(events, read.Count);
        Assert.Equal(events == 1 ? ErrorReason.TraceTruncated : null, reader.Failure?.Reason);
    }

    [Fact]
    public void Numbers_come_out_as_they_are()
    {
        List<KsmEvent> events = KsmEventHelp.Text(
            KsmEventHelp.Header
            + KsmEventHelp.Line("ksm_stop_scan: seq -2 rmap size -2")
            + KsmEventHelp.Line("ksm_merge_with_ksm_page: pfn 18446744073709551 rmap_item (____ptrval____) mm (null) error -14")
            + KsmEventHelp.Line("ksm_merge_with_ksm_page: ksm_page=0xffffea000469a0c0 (-24189181779776) pfn=0x11a683 (1156739) rmap_item=0x1 (1) mm=0x2 (2) err=0x0 (0)")
            + KsmEventHelp.Line("ksm_advisor: ksm scan time 200 pages_to_scan 500"));
        Assert.Equal((-2, 4294967294L), (events[0].Sequence, events[0].RmapItems));
        Assert.Equal((18446744073709551UL, null, 0UL, -14, false), (events[1].Pfn!.Value, events[1].RmapItem, events[1].Mm!.Value, events[1].Error!.Value, events[1].HasKsmPage!.Value));
        Assert.Equal((0xffffea000469a0c0UL, true, 1UL, 2UL), (events[2].KsmPage!.Value, events[2].HasKsmPage!.Value, events[2].RmapItem!.Value, events[2].Mm!.Value));
        Assert.Equal((200L, 500L, null), (events[3].ScanTimeSeconds!.Value, events[3].PagesToScan!.Value, events[3].CpuPercent));
    }

    [Theory]
    [InlineData("           a b-3 [1]-4711    (   4711) [012] dNh2.    25.185494123: " + EnterLine, "a b-3 [1]", 4711, 12, 25_185_494_123, RmapTimeUnit.Nanoseconds)]
    [InlineData("            ksmd-29      [000] .....        331: " + EnterLine, "ksmd", 29, 0, 331, RmapTimeUnit.Ticks)]
    [InlineData("            ksmd-29      [000]    25.185494: " + EnterLine, "ksmd", 29, 0, 25_185_494_000, RmapTimeUnit.Nanoseconds)]
    [InlineData("CPU 0/KV-29        3dN..1 1200us+: " + EnterLine, "CPU 0/KV", 29, 3, 1_200_000, RmapTimeUnit.Nanoseconds)]
    [InlineData("           <...>-29      [000] .....    25.185494: " + EnterLine, "<...>", 29, 0, 25_185_494_000, RmapTimeUnit.Nanoseconds)]
    public void Any_layout_of_a_line_is_read(string line, string command, int thread, int cpu, long time, RmapTimeUnit unit)
    {
        KsmEvent item = Assert.Single(KsmEventHelp.Text(KsmEventHelp.Header + line + "\n"));
        Assert.Equal((command, thread, cpu, time, unit), (item.Command, item.ThreadId, item.Cpu, item.TimestampNanoseconds, item.TimeUnit));
        Assert.Equal(unit == RmapTimeUnit.Nanoseconds, item.Time is not null);
    }

    [Fact]
    public void Losses_are_told_by_the_event_behind_them()
    {
        List<KsmEvent> events = KsmEventHelp.Text(
            "# tracer: nop\n#\n# entries-in-buffer/entries-written: 2/12   #P:1\n#\n"
            + KsmEventHelp.Line(EnterLine) + "CPU:1 [LOST 3 EVENTS]\nCPU:0 [LOST EVENTS]\n" + KsmEventHelp.Line("sched_switch: prev_comm=x") + KsmEventHelp.Line(EnterLine));
        Assert.Equal([10, 4], events.Select(item => item.LostEventsBefore));
    }

    [Theory]
    [InlineData("ksm_start_scan: seq 1 rmap size")]
    [InlineData("ksm_start_scan: seq one rmap size 2")]
    [InlineData("ksm_start_scan: seq 99999999999 rmap size 2")]
    [InlineData("ksm_start_scan: seq 1 rmap size 99999999999")]
    [InlineData("ksm_start_scan: seq 1 rmap size 2 and more")]
    [InlineData("ksm_start_scan:")]
    [InlineData("ksm_start_scan: seq=0x1g (1)")]
    [InlineData("ksm_start_scan: colour=0x1 (1)")]
    [InlineData("ksm_enter: mm (efault)x")]
    [InlineData("ksm_enter: mm 00000000000829b2d400000000")]
    [InlineData("ksm_merge_with_ksm_page: ksm pfn 1 rmap_item 1 mm 1 error")]
    [InlineData("ksm_remove_ksm_page: pfn 99999999999999999999")]
    public void What_cannot_be_read_is_counted_and_shown(string body)
    {
        List<KsmEvent> events = KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line(body) + KsmEventHelp.Line(EnterLine), out ITraceReader reader);
        Assert.Single(events);
        Assert.Equal(1, reader.UnreadableEvents);
        Assert.Contains(body[..15], reader.FirstUnreadableEvent, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_events_and_an_idle_trace_are_nothing()
    {
        Assert.Empty(KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line("ksm_new_event: x 1") + KsmEventHelp.Line("rmap_walk_start: folio=1") + KsmEventHelp.Line("no colon"), out ITraceReader reader));
        Assert.Equal(0, reader.UnreadableEvents);
        Assert.Empty(KsmEventHelp.Text(KsmEventHelp.Header));
    }

    [Fact]
    public void A_line_that_is_cut_off_is_no_event()
    {
        List<KsmEvent> events = KsmEventHelp.Text(KsmEventHelp.Header + KsmEventHelp.Line(EnterLine) + KsmEventHelp.Line("ksm_remove_ksm_page: pfn 1156739").TrimEnd('\n')[..^2], out ITraceReader reader);
        Assert.Single(events);
        Assert.Equal(ErrorReason.TraceTruncated, reader.Failure!.Reason);
    }

    [Theory]
    [InlineData("ksm_start_scan: seq 1 rmap size 600\n")]
    [InlineData("")]
    [InlineData("any text\n")]
    public void What_is_no_trace_is_refused(string text) =>
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, Assert.Throws<KsmToolsException>(() => KsmEventHelp.Text(text)).Reason);
}
