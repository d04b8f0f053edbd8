using System.Globalization;
using System.Text;
using CsCheck;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceText;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.PerfScript;

public sealed class PerfScriptLineTests
{
    private const string Start = "rmap:rmap_walk_start: folio=0xffffea0000161dc0 rwc=0xffff888003f1bba8 page_type=ksm locked=false\n";
    private const string Line = "         rmaplab   367 [000]    72.169768: " + Start;

    [Theory]
    [InlineData("         rmaplab   367 [000]    72.169768: ", "rmaplab", 367, 0, 72_169_768_000)]
    [InlineData("         rmaplab   367 [000]    72.169768550: ", "rmaplab", 367, 0, 72_169_768_550)]
    [InlineData("         rmaplab   367/367   [000]    72.169768550: ", "rmaplab", 367, 0, 72_169_768_550)]
    [InlineData("         rmaplab   367/370   [013]    72.169768: ", "rmaplab", 370, 13, 72_169_768_000)]
    [InlineData("         rmaplab   367    72.169768: ", "rmaplab", 367, -1, 72_169_768_000)]
    [InlineData("         name-5  1234    72.169768: ", "name-5", 1234, -1, 72_169_768_000)]
    [InlineData("         name-5  345/1234    72.169768: ", "name-5", 1234, -1, 72_169_768_000)]
    [InlineData("         name-5  1234 [12]    72.169768: ", "name-5", 1234, 12, 72_169_768_000)]
    [InlineData("         rmaplab   367\t[000]\t72.169768: ", "rmaplab", 367, 0, 72_169_768_000)]
    [InlineData("  367    72.169768: ", "", 367, -1, 72_169_768_000)]
    [InlineData("    367/370     [000]    72.169768: ", "", 370, 0, 72_169_768_000)]
    [InlineData("rmaplab   367 [000]    72.169768: ", "rmaplab", 367, 0, 72_169_768_000)]
    [InlineData("Web Content   367 [000]    72.169768: ", "Web Content", 367, 0, 72_169_768_000)]
    [InlineData("     Web Content   367 [000]    72.169768: ", "Web Content", 367, 0, 72_169_768_000)]
    [InlineData("  7 [000] 1.5: x   367 [1023]    72.169768: ", "7 [000] 1.5: x", 367, 1023, 72_169_768_000)]
    [InlineData(" a 1 2.000003: b   367    72.169768: ", "a 1 2.000003: b", 367, -1, 72_169_768_000)]
    [InlineData("          foo 12 4194304 [000] 123456789.169768: ", "foo 12", 4194304, 0, 123_456_789_169_768_000)]
    [InlineData("     f2fs_gc-254:40 474 [001]    72.169768: ", "f2fs_gc-254:40", 474, 1, 72_169_768_000)]
    [InlineData("         swapper     0 [003]     0.000001: ", "swapper", 0, 3, 1_000)]
    [InlineData("         rmaplab   367 [000] K        72.169768:          1 ", "rmaplab", 367, 0, 72_169_768_000)]
    [InlineData("         rmaplab   367 [000] 2026-11-24 00:30:22.123456    72.169768: ", "rmaplab", 367, 0, 72_169_768_000)]
    [InlineData("            :367   367 [000]    72.169768: ", ":367", 367, 0, 72_169_768_000)]
    [InlineData("             :-1    -1 [000]    72.169768: ", ":-1", -1, 0, 72_169_768_000)]
    [InlineData("             :-1    -1/-1    [002]    72.169768: ", ":-1", -1, 2, 72_169_768_000)]
    [InlineData(":-1    -1 [000]    72.169768: ", ":-1", -1, 0, 72_169_768_000)]
    [InlineData("#evil 23053 [000]    72.169768: ", "#evil", 23053, 0, 72_169_768_000)]
    [InlineData("#evil      53    72.169768: ", "#evil", 53, -1, 72_169_768_000)]
    [InlineData("# captured on x 23054/23054 [000]    72.169768: ", "# captured on x", 23054, 0, 72_169_768_000)]
    [InlineData("# captured on x      57 [000]    72.169768: ", "# captured on x", 57, 0, 72_169_768_000)]
    [InlineData("\tdead beef 23055 [000]    72.169768: ", "\tdead beef", 23055, 0, 72_169_768_000)]
    [InlineData("\tffff81 foo+0x1 23056    72.169768: ", "\tffff81 foo+0x1", 23056, -1, 72_169_768_000)]
    [InlineData("cpus=2 23067 [000]    72.169768: ", "cpus=2", 23067, 0, 72_169_768_000)]
    [InlineData("=> foo 23060 [000]    72.169768: ", "=> foo", 23060, 0, 72_169_768_000)]
    [InlineData("x 1 1.000000: 22974    72.169768: ", "x 1 1.000000:", 22974, -1, 72_169_768_000)]
    [InlineData("x 1 1.000000: 22974 [003]    72.169768: ", "x 1 1.000000:", 22974, 3, 72_169_768_000)]
    [InlineData("x 1 1.000000: 22974/22975 [003]    72.169768: ", "x 1 1.000000:", 22975, 3, 72_169_768_000)]
    public void Who_where_and_when(string context, string command, int thread, int cpu, long timestamp)
    {
        RmapEvent item = Assert.Single(TraceHelp.Events(context + Start));
        Assert.Equal((command, thread, cpu, timestamp), (item.Command, item.ThreadId, item.Cpu, item.TimestampNanoseconds));
        Assert.Equal(
            (RmapEventKind.Start, 0xffffea0000161dc0, 0xffff888003f1bba8, RmapPageType.Ksm, false), (item.Kind, item.Folio, item.Rwc, item.PageType, item.Locked));
    }

    [Theory]
    [InlineData("  rmap:rmap_walk_end: (ffffffffaaba71f0 <- ffffffffaabaa57f)", null, null, null, "ffffffffaaba71f0", "ffffffffaabaa57f")]
    [InlineData("  rmap:rmap_walk_end: (ffffffffa8a07434 <- ffffffffa89aa573) folio=0xffb6216140180740 rwc=0xff page_type=\"ksm\" locked=0", 0xffb6216140180740, RmapPageType.Ksm, false, "ffffffffa8a07434", "ffffffffa89aa573")]
    [InlineData("rmap:rmap_walk_start: (ffffffffaaba71f0) folio=0xfff241a74010de40 rwc=0xff61de8140a6f890 page_type=1 locked=1", 0xfff241a74010de40, RmapPageType.Anon, true, "ffffffffaaba71f0", null)]
    [InlineData("probe:rmap_walk_start: (ffffffffaaba71f0) folio=0x10 rwc=0x20 page_type=0 locked=1", 0x10UL, RmapPageType.File, true, "ffffffffaaba71f0", null)]
    [InlineData("         1 rmap:rmap_walk_start: folio=0x10 rwc=0x20 page_type=anon locked=true ffffffff812640c1 rmap_walk+0x51", 0x10UL, RmapPageType.Anon, true, null, null)]
    public void What(string body, ulong? folio, RmapPageType? type, bool? locked, string? function, string? caller)
    {
        RmapEvent item = Assert.Single(TraceHelp.Events($"         rmaplab   489 [000]   100.348383: {body}\r\n"));
        Assert.Equal((folio, type, locked, function, caller), (item.Folio, item.PageType, item.Locked, item.Function, item.Caller));
    }

    [Fact]
    public void A_trace_may_begin_with_a_thread_that_perf_no_longer_knows()
    {
        const string Nameless = "             :-1    -1 [00{0}]    72.16976{1}: rmap:rmap_walk_{2}: folio=0xffffea0000161dc0 rwc=0xffff888003f1bba8 page_type=ksm locked=false\n";
        string text = string.Concat(
            string.Format(CultureInfo.InvariantCulture, Nameless, 0, 1, "start"),
            string.Format(CultureInfo.InvariantCulture, Nameless, 1, 2, "start"),
            Line,
            string.Format(CultureInfo.InvariantCulture, Nameless, 0, 5, "end"),
            Line.Replace("_start", "_end", StringComparison.Ordinal));
        Assert.Equal([-1, -1, 367, -1, 367], TraceHelp.Events(text).Select(item => item.ThreadId));
        using var folder = new TemporaryFolder();

        // Of several such threads nobody knows which is which, but each CPU has one.
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(folder.Write("trace.txt", text)));
        Assert.Equal((2, 1, 4000), (statistics.Count, statistics.UnmatchedStarts, statistics.MaximumNanoseconds));
    }

    [Fact]
    public void Headers_call_chains_and_other_events_are_passed_over()
    {
        const string Text = """
            # ========
            # captured on    : Tue Nov 24 00:30:22 2026
            # header version : 1
            # event : name = rmap:rmap_walk_end, , id = { 10 }, type = 2, size = 128, config = 0x14f
            # ========
            #
            swapper     0 [000]     0.000000: PERF_RECORD_FORK(1:1):(0:0)
            rmaplab   367 [000]    72.100000:     250000 cycles:  ffffffff812640c1 rmap_walk+0x51 ([kernel.kallsyms])
            sleep  9841 [000]   72.150000: syscalls:sys_enter_read: fd: 0x00000003, buf: 0x7ffd9414fc78, count: 0x00000340
            	           20b74 __GI___read_nocancel+0x4 (/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2)
            	    7f190f9228a8 [unknown] ([unknown])

            rmaplab   367 [000]    72.169768: rmap:rmap_walk_start: folio=0xffffea0000161dc0 rwc=0xffff888003f1bba8 page_type=ksm locked=false
            	ffffffff812640c1 rmap_walk_start: folio=0x1 rwc=0x2 (inlined)
            	ffffffff812640c1 rmap_walk+0x51 ([kernel.kallsyms])

            """;
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(Text.ReplaceLineEndings("\n"));
        Assert.Equal((0xffffea0000161dc0, TraceFormat.PerfScript), (Assert.Single(records).Folio, reader.Format));
        Assert.Null(reader.Failure);
        Assert.Equal(0, reader.UnreadableEvents);
    }

    [Fact]
    public void Headers_that_name_events_and_comments_are_not_counted()
    {
        const string Text = """
            # ========
            # captured on    : Mon Nov 30 05:59:52 2026
            # header version : 1
            # hostname : vm
            # cmdline : /usr/bin/perf record -g -e rmap:rmap_walk_start: -e rmap:rmap_walk_end: 
            # event : name = rmap:rmap_walk_start, , id = { 667, 668 }, type = 2, size = 128, config = 0x91a, { sample_period, sample_freq } = 1
            # event : name = rmap:rmap_walk_end: , id = { 669, 670 }, type = 2, size = 128, config = 0x91b
            # time of first sample : 2293.419283
            # sample duration :    107.729 ms
            # missing features: BRANCH_STACK GROUP_DESC AUXTRACE STAT CLOCKID DIR_FORMAT COMPRESSED 
            # ========
            #
            #         rmaplab   367 [000]    72.169768: rmap:rmap_walk_start: folio=0xffffea0000161dc0 rwc=0xffff888003f1bba8 page_type=ksm locked=false
            """;
        string header = Text.ReplaceLineEndings("\n") + "\n";
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(header + Line + header);
        Assert.Equal((1, TraceFormat.PerfScript, 0L, 0L), (records.Count(record => record.Kind != TraceRecordKind.Lost), reader.Format, reader.OtherEvents, reader.UnreadableEvents));
        Assert.Empty(TraceHelp.Read(header).Records);
    }

    [Theory]
    [InlineData("# tracer: nop")]
    [InlineData("cpus=2")]
    [InlineData("CPU:0 [LOST 5]")]
    public void A_thread_may_be_called_like_what_stands_between_events(string name)
    {
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(Line.Replace("         rmaplab", name, StringComparison.Ordinal));
        Assert.Equal((TraceFormat.PerfScript, name), (reader.Format, Assert.Single(records).Command.ToString(reader.Symbols)));
    }

    [Theory]
    [InlineData("#evil")]
    [InlineData("\tdead")]
    public void An_event_that_cannot_be_read_is_counted_whatever_its_threads_name(string name)
    {
        ITraceReader reader = TraceHelp.Read(Line + name + Line.TrimStart()["rmaplab".Length..].Replace("folio=0x", "folio=", StringComparison.Ordinal).Replace("=ffffea", "=?", StringComparison.Ordinal)).Reader;
        Assert.Equal(1, reader.UnreadableEvents);
        Assert.StartsWith("line 2: ", reader.FirstUnreadableEvent, StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_are_seen()
    {
        (List<TraceRecord> records, _) = TraceHelp.Read(Line + "            perf  9759 [001]   698.914685: PERF_RECORD_LOST lost 131\n");
        Assert.Equal((TraceRecordKind.Lost, 1, 131L, 698_914_685_000L), (records[1].Kind, records[1].Cpu, records[1].LostCount, records[1].Timestamp));
    }

    [Fact]
    public void Packed_text_and_any_size_of_block_give_the_same()
    {
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => Line.Replace("72.1", $"72.{i % 10}", StringComparison.Ordinal))));
        List<TraceRecord> expected = TraceHelp.Read(text).Records;
        Assert.Equal(500, expected.Count);
        Assert.Equal(expected, TraceHelp.Read(TraceHelp.Gzip(text)).Records);
        Assert.Equal(expected, TraceHelp.Read(text, blockSize: 300, readSize: 77, helpers: 3).Records);
    }

    [Fact]
    public void The_first_line_that_tells_decides_for_the_whole_file()
    {
        const string Tracefs = "         rmaplab-190     [000] .....    20.881212: rmap_walk_start: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false\n";
        Assert.Equal(0x74d93e8cUL, Assert.Single(TraceHelp.Read(Tracefs + Line).Records).Folio);
        Assert.Equal(0xffffea0000161dc0, Assert.Single(TraceHelp.Read(Line + Tracefs).Records).Folio);
    }

    [Theory]
    [InlineData(TraceFormat.Text, Line, "-Format PerfScript")]
    [InlineData(TraceFormat.PerfScript, "         rmaplab-190     [000] .....    20.881212: rmap_walk_end: (a <- b)\n", "-Format Text")]
    [InlineData(TraceFormat.Auto, "         rmaplab   367 [000]: " + Start, "perf script -F")]
    [InlineData(TraceFormat.Auto, "    72.169768: " + Start, "perf script -F")]
    [InlineData(TraceFormat.PerfData, Line, "-Format")]
    public void The_other_format_is_refused(TraceFormat format, string text, string action)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.txt");
        File.WriteAllText(path, text);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => RingBuffer.Captures.ReadFile(path, format));
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, failure.Reason);
        Assert.Contains(action, failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("trace.txt", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_perf_data_file_named_as_text_is_refused()
    {
        KsmToolsException failure = Assert.Throws<KsmToolsException>(
            () => TraceReaders.OpenWalks(Checkout.Data("captures/variants/head.perf.data"), TraceFormat.Text));
        Assert.Contains("-Format PerfData", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("         rmaplab   367 [000]    72.169768: rmap:rmap_walk_start: folio=0xffffea0000161dc0 rwc=0xffff8880", false)]
    [InlineData("         rmaplab   367 [000]    72.169768: rmap:rmap_walk_start: folio=0xff rwc=0xff page_type=ksm locked=fals", false)]
    [InlineData("         rmaplab   367 [000]    72.169768: PERF_RECORD_LOST lost 13", false)]
    [InlineData("         rmaplab   367 [00", false)]
    [InlineData("         rmaplab   367 [000]    72.169768: rmap:rmap_walk_start: folio=0xff rwc=0xff page_type=ksm locked=true", true)]
    public void A_cut_last_line_is_noticed(string last, bool whole)
    {
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(Line + last);
        Assert.Equal(whole ? 2 : 1, records.Count);
        Assert.Equal(whole ? null : ErrorReason.TraceTruncated, reader.Failure?.Reason);
    }

    /// <summary>Any name of a thread survives being printed and read, and the fast way agrees with the general one on every field.</summary>
    [Fact]
    public void A_printed_event_is_read_back()
    {
        Gen<string> name = Gen.Char["ab-:[]()<>/. 0123456789#"].Array[1, 15].Select(characters => new string(characters).Trim(' '));
        Gen.Select(name, Gen.Int[0, 4_194_304], Gen.Int[0, 1100], Gen.Long[0, 99_999_999_999_999_999], Gen.ULong, Gen.ULong, Gen.Int[0, 23], Gen.Int[0, 12])
        .ForAll((command, thread, number, time, folio, rwc, shape, width) =>
        {
            int cpu = width % 3 == 0 ? -1 : number;
            bool nanoseconds = shape >= 12;
            string type = (shape % 3) switch { 0 => "ksm", 1 => "anon", _ => "file" };
            string locked = shape % 2 == 0 ? "true" : "false";
            string kind = shape % 12 < 6 ? "start" : "end";
            time -= nanoseconds ? 0 : time % 1000;
            string when = nanoseconds ? $"{time / 1_000_000_000,5}.{time % 1_000_000_000:000000000}" : $"{$"{time / 1_000_000_000}.{time / 1000 % 1_000_000:000000}",12}";
            string where = cpu < 0 ? "" : $"[{cpu:000}] ";
            string what = $"rmap:rmap_walk_{kind}".PadLeft(21 + width);
            string who = shape % 4 < 2 ? $"{thread,7}" : $"{thread,5}";
            string line = $"{command,16} {who} {where}{when}: {what}: folio=0x{folio:x} rwc=0x{rwc:x} page_type={type} locked={locked}\n";
            byte[] bytes = Encoding.UTF8.GetBytes(line);
            var names = new SymbolTable();
            TraceRecord slow = default;
            Assert.Equal(LineKind.Event, PerfScriptParser.Parse(bytes.AsSpan(0, bytes.Length - 1), WalkReader.Wanted, new SymbolCache(names), names, ref slow));
            byte[] padded = [.. bytes, .. new byte[NativeLine.Reach]];
            TraceRecord fast = default;
            int length = PerfScriptLine.Parse(ref padded[0], ref fast);
            if (length > 0)
            {
                Assert.Equal(bytes.Length, length);
                Assert.Equal(slow, fast);
            }
            else
            {
                Assert.True(
                    cpu > 999 || time > 99_999_999_999_999_999 || folio >> 60 == 0 || rwc >> 60 == 0, "the fast way is not taken: " + line);
            }

            RmapEvent item = new RecordObjects(names).Event(slow, default);
            Assert.Equal((command, thread, cpu, "", time), (item.Command, item.ThreadId, item.Cpu, item.Flags, item.TimestampNanoseconds));
            Assert.Equal((folio, rwc, type, locked), (item.Folio, item.Rwc, item.PageType.ToString()!.ToLowerInvariant(), item.Locked.ToString()!.ToLowerInvariant()));
        });
    }
}
