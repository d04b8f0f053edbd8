using System.Text;
using CsCheck;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceText;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.Traces;

public sealed class LineTests
{
    private const string Start = "rmap_walk_start: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false\n";

    [Theory]
    [InlineData("         rmaplab-190     [000] .....    20.881212: ", "rmaplab", 190, 0, ".....", 20_881_212_000)]
    [InlineData("  f2fs_gc-254:40-474     [001] d..2.    20.881212: ", "f2fs_gc-254:40", 474, 1, "d..2.", 20_881_212_000)]
    [InlineData("         a b - c-7       [012] ....    20.881212: ", "a b - c", 7, 12, "....", 20_881_212_000)]
    [InlineData(" x-12 [000] ....-4194304 [1023] ....1...     0.000001: ", "x-12 [000] ....", 4194304, 1023, "....1...", 1_000)]
    [InlineData("           <...>-99      [000] .....    20.881212: ", "<...>", 99, 0, ".....", 20_881_212_000)]
    [InlineData("          <idle>-0       [003] d.h1. 123456.881212: ", "<idle>", 0, 3, "d.h1.", 123_456_881_212_000)]
    [InlineData("         rmaplab-190     (    263) [000] .....    20.881212: ", "rmaplab", 190, 0, ".....", 20_881_212_000)]
    [InlineData("         rmaplab-190     (-------) [000] .....    20.881212: ", "rmaplab", 190, 0, ".....", 20_881_212_000)]
    [InlineData("         rmaplab-190     [000]    20.881212: ", "rmaplab", 190, 0, "", 20_881_212_000)]
    [InlineData("         rmaplab-190     [000] D    20.881212: ", "rmaplab", 190, 0, "D", 20_881_212_000)]
    [InlineData("         rmaplab-190   [000]    20.881212345: ", "rmaplab", 190, 0, "", 20_881_212_345)]
    [InlineData("rmaplab-190 [000] ..... 20.881212: ", "rmaplab", 190, 0, ".....", 20_881_212_000)]
    [InlineData("         rmaplab-190     [000] ..... 1795391817.968793: ", "rmaplab", 190, 0, ".....", 1_795_391_817_968_793_000)]
    [InlineData(" rmaplab-239       0d.h1. 575122us*: ", "rmaplab", 239, 0, "d.h1.", 575_122_000)]
    [InlineData("            ksmd-57\t [002] ..... 124.000100: ", "ksmd", 57, 2, ".....", 124_000_100_000)]
    [InlineData("\tksmd-57\t[002]\t.....\t124.000100: ", "ksmd", 57, 2, ".....", 124_000_100_000)]
    [InlineData("            ksmd-57      [002] \t....   124.000100: ", "ksmd", 57, 2, "....", 124_000_100_000)]
    [InlineData("            ksmd-57      [12] ..... 124.000100: ", "ksmd", 57, 12, ".....", 124_000_100_000)]
    [InlineData("    rmap-trigger-216   [000]108382013361: ", "rmap-trigger", 216, 0, "", 108_382_013_361)]
    [InlineData("    rmap-trigger-216   [000]108382013361: (+12)    ", "rmap-trigger", 216, 0, "", 108_382_013_361)]
    [InlineData("    rmap-trigger-216   [000]  8382013361: ", "rmap-trigger", 216, 0, "", 8_382_013_361)]
    [InlineData("    rmap-trigger-216   [000] d..2.108382013361: ", "rmap-trigger", 216, 0, "d..2.", 108_382_013_361)]
    [InlineData("    rmap-trigger-216   [000] d..2..108382013361: ", "rmap-trigger", 216, 0, "d..2..", 108_382_013_361)]
    [InlineData("    rmap-trigger-216   [000] d..21108382013361: ", "rmap-trigger", 216, 0, "d..21", 108_382_013_361)]
    [InlineData("    rmap-trigger-216   [000] d..2108382013361: ", "rmap-trigger", 216, 0, "d..2", 108_382_013_361)]
    [InlineData("    rmap-trigger-216   [000] d..2 108382013361: ", "rmap-trigger", 216, 0, "d..2", 108_382_013_361)]
    [InlineData("rmap-tri-216     0.....108382013361: ", "rmap-tri", 216, 0, ".....", 108_382_013_361)]
    [InlineData("rmap-tri-216    13dNHff74044069134545: (+441)   ", "rmap-tri", 216, 13, "dNHff", 74_044_069_134_545)]
    [InlineData(" rmaplab-354     0.....    59.404646: ", "rmaplab", 354, 0, ".....", 59_404_646_000)]
    [InlineData(" rmaplab-354    12d.h1.    59.404646123: (+0)     ", "rmaplab", 354, 12, "d.h1.", 59_404_646_123)]
    [InlineData("         rmaplab-354   [000]    59.405295: (+649)   ", "rmaplab", 354, 0, "", 59_405_295_000)]
    [InlineData("         rmaplab-354   [000]    59.405295: (+-649)  ", "rmaplab", 354, 0, "", 59_405_295_000)]
    [InlineData("         rmaplab-354   [000]    59.404646:          ", "rmaplab", 354, 0, "", 59_404_646_000)]
    [InlineData("fielda:  .NET Tiered Com-12430 [001]  3177.837467: ", ".NET Tiered Com", 12430, 1, "", 3_177_837_467_000)]
    [InlineData(" a: b-1 [000] 2.5:           x: y-3-12430 [001]  3177.837467: ", "x: y-3", 12430, 1, "", 3_177_837_467_000)]
    [InlineData("  /tmp/a file-1 of many, with a long name: and more.dat:          rmaplab-354   [000]    59.405295: (+649)   ", "rmaplab", 354, 0, "", 59_405_295_000)]
    [InlineData("ktxt: rmapprog-20593   0dNHff 74043.662175: ", "rmapprog", 20593, 0, "dNHff", 74_043_662_175_000)]
    [InlineData("[   11.900002]     ksmd-57        0..... 11000001us : ", "ksmd", 57, 0, ".....", 11_000_001_000)]
    [InlineData("<4>[   11.900002][   T57]     ksmd-57        0..... 11000001us : ", "ksmd", 57, 0, ".....", 11_000_001_000)]
    [InlineData("Nov 29 22:41:43 web-01 kernel:     ksmd-57        0..... 11000001us : ", "ksmd", 57, 0, ".....", 11_000_001_000)]
    [InlineData("# captur-22970     0DBZff 2292135776us : ", "# captur", 22970, 0, "DBZff", 2_292_135_776_000)]
    [InlineData("# tracer-22970     0DBZff 2292135776us : ", "# tracer", 22970, 0, "DBZff", 2_292_135_776_000)]
    [InlineData("##### CP-23080     0DBZff 2292135776us!: ", "##### CP", 23080, 0, "DBZff", 2_292_135_776_000)]
    [InlineData("# captur-22970   0dNHff  2292.135776: ", "# captur", 22970, 0, "dNHff", 2_292_135_776_000)]
    [InlineData("#      x-22970   0dNHff2292135776123: ", "#      x", 22970, 0, "dNHff", 2_292_135_776_123)]
    [InlineData("#a:            #evil-22970 [000]  2292.135776: ", "#evil", 22970, 0, "", 2_292_135_776_000)]
    [InlineData("#fourteen-chars-22970 [000] ..... 2292.135776: ", "#fourteen-chars", 22970, 0, ".....", 2_292_135_776_000)]
    [InlineData("cpus=two-22970     0DBZff 2292135776us : ", "cpus=two", 22970, 0, "DBZff", 2_292_135_776_000)]
    [InlineData("cpus=2-22970 [000] ..... 2292.135776: ", "cpus=2", 22970, 0, ".....", 2_292_135_776_000)]
    [InlineData("CPU:0 [L-22980     0DBZff 2292135776us : ", "CPU:0 [L", 22980, 0, "DBZff", 2_292_135_776_000)]
    [InlineData("\tdead be-22971     0DBZff 2292135776us : ", "\tdead be", 22971, 0, "DBZff", 2_292_135_776_000)]
    [InlineData("\tfourteen-chars-57 [002] ..... 124.000100: ", "fourteen-chars", 57, 2, ".....", 124_000_100_000)]
    [InlineData("\tfifteen-letters-57 [002] ..... 124.000100: ", "fifteen-letters", 57, 2, ".....", 124_000_100_000)]
    public void Who_where_and_when(string context, string command, int thread, int cpu, string flags, long timestamp)
    {
        RmapEvent item = Assert.Single(TraceHelp.Events(context + Start));
        Assert.Equal((command, thread, cpu, flags, timestamp), (item.Command, item.ThreadId, item.Cpu, item.Flags, item.TimestampNanoseconds));
        Assert.Equal((RmapEventKind.Start, 0x74d93e8cUL, 0xd35b55ccUL, RmapPageType.Anon, false), (item.Kind, item.Folio, item.Rwc, item.PageType, item.Locked));
    }

    [Theory]
    [InlineData("rmap_walk_start: folio=00000000000000ff rwc=ffffea0000233700 page_type=ksm locked=true", 0xFFUL, 0xffffea0000233700UL, RmapPageType.Ksm, true)]
    [InlineData("rmap:rmap_walk_start: folio=0xff rwc=0xEA page_type=file locked=false", 0xFFUL, 0xEAUL, RmapPageType.File, false)]
    [InlineData("rmap_walk_start:      folio=0xff rwc=0xea page_type=file locked=false", 0xFFUL, 0xEAUL, RmapPageType.File, false)]
    [InlineData("rmap_walk_start: (rmap_walk_ksm+0x4/0x1e0) folio=0xff rwc=0xea page_type=3 locked=0", 0xFFUL, 0xEAUL, RmapPageType.Ksm, false)]
    [InlineData("rmap_walk_start: (rmap_walk_file+0x4/0x1e0) folio=0xff rwc=0xea page_type=\"file\" locked=1", 0xFFUL, 0xEAUL, RmapPageType.File, true)]
    [InlineData("rmap_walk_start: (rmap_walk_anon+0x4/0x1e0) folio=0xff rwc=0xea", 0xFFUL, 0xEAUL, RmapPageType.Anon, null)]
    [InlineData("rmap_walk_start: (__rmap_walk_file+0x4/0x2d0) folio=0xff rwc=0xea", 0xFFUL, 0xEAUL, RmapPageType.File, null)]
    [InlineData("rmap_walk_start: (rmap_walk_anon.constprop.0+0x4/0x1e0) folio=0xff rwc=0xea", 0xFFUL, 0xEAUL, RmapPageType.Anon, null)]
    [InlineData("rmap_walk_start: folio_addr=0xff (255) rwc_addr=0xea (234) page_type=ksm locked=(1)", 0xFFUL, 0xEAUL, RmapPageType.Ksm, true)]
    [InlineData("rmap_walk_start: folio=(____ptrval____) rwc=(____ptrval____) page_type=ksm locked=false", null, null, RmapPageType.Ksm, false)]
    [InlineData("rmap_walk_start: folio=00000000000000ff rwc=(____ptrval____) page_type=ksm locked=false", null, null, RmapPageType.Ksm, false)]
    [InlineData("rmap_walk_start: folio=(ptrval) rwc=00000000000000ea page_type=ksm locked=false", null, null, RmapPageType.Ksm, false)]
    public void What(string body, ulong? folio, ulong? rwc, RmapPageType type, bool? locked)
    {
        RmapEvent item = Assert.Single(TraceHelp.Events($"         rmaplab-190     [000] .....    20.881212: {body}\r\n"));
        Assert.Equal((folio, rwc, type, locked), (item.Folio, item.Rwc, item.PageType, item.Locked));
    }

    [Fact]
    public void A_return_probe_knows_function_and_caller_in_either_notation()
    {
        RmapEvent kernel = Assert.Single(TraceHelp.Events("         rmaplab-190     [000] .....    20.881212: rmap_walk_end: (try_to_migrate+0xfb/0x110 <- rmap_walk_anon)\n"));
        RmapEvent report = Assert.Single(TraceHelp.Events("         rmaplab-190     [000] .....    20.881212: rmap_walk_end: (ffffffffaaba71f0 <- ffffffffaabaa57f)\n"));
        Assert.Equal(("rmap_walk_anon", "try_to_migrate", RmapPageType.Anon), (kernel.Function, kernel.Caller, kernel.PageType));
        Assert.Equal(("ffffffffaaba71f0", "ffffffffaabaa57f", null), (report.Function, report.Caller, report.PageType));
        Assert.Null(kernel.Folio);
    }

    [Fact]
    public void Only_the_event_itself_counts_and_not_its_name_in_another_event()
    {
        const string Context = "         rmaplab-190     [000] .....    20.881212: ";
        Assert.Empty(TraceHelp.Events($"{Context}tracing_mark_write: {Start}{Context}UNKNOWN TYPE 5\n => try_to_migrate\n{Context}<stack trace>\n => {Start}##### CPU 1 buffer started ####\n"));
    }

    [Theory]
    [InlineData("CPU:3 [LOST 17 EVENTS]", 3, 17)]
    [InlineData("CPU:3 [LOST EVENTS]", 3, 0)]
    [InlineData("CPU:3 [17 EVENTS DROPPED]", 3, 17)]
    [InlineData("CPU:3 [17 EVENTS DROPPED] ", 3, 17)]
    [InlineData("# entries-in-buffer/entries-written: 200/1028   #P:1", TraceRecord.AnyCpu, 828)]
    public void Losses_are_seen(string line, int cpu, long count)
    {
        TraceRecord record = Assert.Single(TraceHelp.Read(line + "\n").Records);
        Assert.Equal((TraceRecordKind.Lost, cpu, count), (record.Kind, record.Cpu, record.LostCount));
    }

    [Theory]
    [InlineData("rmap_walk_start: folio=0000000074d93e8c rwc=0000", false)]
    [InlineData("rmap_walk_start: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon lock", false)]
    [InlineData("rmap_walk_start: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=fals", false)]
    [InlineData("rmap_walk_end: (try_to_migrate+0xfb/0x110 <- rmap_wal", false)]
    [InlineData("rmap_walk_start: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=false", true)]
    [InlineData("rmap_walk_end: (try_to_migrate+0xfb/0x110 <- rmap_walk_anon)", true)]
    public void A_cut_last_line_is_noticed_and_a_missing_newline_is_not_a_cut(string body, bool whole)
    {
        const string Context = "         rmaplab-190     [000] .....    20.881212: ";
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(Context + Start + Context + body);
        Assert.Equal(whole ? 2 : 1, records.Count);
        Assert.Equal(whole ? null : ErrorReason.TraceTruncated, reader.Failure?.Reason);
    }

    [Theory]
    [InlineData("rmap_walk_start: folio=xyz rwc=00000000d35b55cc page_type=anon locked=false")]
    [InlineData("rmap_walk_start: folio=0000000074d93e8c page_type=anon locked=false")]
    [InlineData("rmap_walk_start: folio=0000000074d93e8c rwc=00000000d35b55cc page_type=anon locked=maybe")]
    [InlineData("rmap_walk_end:")]
    public void An_event_that_cannot_be_read_is_counted_and_shown(string body)
    {
        (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read("         rmaplab-190     [000] .....    20.881212: " + body + "\n");
        Assert.Empty(records);
        Assert.Equal(1, reader.UnreadableEvents);
        Assert.Contains(body[..12], reader.FirstUnreadableEvent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#!/bin/sh\n# a comment\n")]
    [InlineData("hello\n")]
    [InlineData("# tracer: function_graph\n#\n 0)   1.2 us    |  foo();\n")]
    public void What_is_no_trace_is_refused(string text) => Assert.Equal(ErrorReason.TraceFormatNotRecognized, TraceHelp.Fails(text).Reason);

    [Fact]
    public void A_message_shows_the_line_shortened_and_without_control_characters()
    {
        string message = TraceHelp.Fails("\u001b[2J" + new string('x', 5000) + "\n").Message;
        Assert.DoesNotContain('\u001b', message);
        Assert.Contains("\\x1b", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 100, 400);
    }

    [Fact]
    public void An_idle_machines_trace_is_empty_and_good() => Assert.Empty(TraceHelp.Read("# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:2\n#\n").Records);

    /// <summary>Any name of a thread survives being printed and read, and the fast way agrees with the general one on every field.</summary>
    [Fact]
    public void A_printed_event_is_read_back()
    {
        Gen<string> name = Gen.Char["ab-:[]()<>/. 0123456789#"].Array[0, 15].Select(characters => new string(characters).TrimStart(' '));
        Gen.Select(
            name, Gen.Int[0, 4_194_304], Gen.Int[0, 1100], Gen.Char["dD.NnZh1"].Array[0, 8], Gen.Long[0, 99_999_999_999_999_999], Gen.ULong, Gen.ULong, Gen.Int[0, 11])
        .ForAll((command, thread, cpu, flags, time, folio, rwc, shape) =>
        {
            string flagText = new(flags);
            string type = (shape % 3) switch { 0 => "ksm", 1 => "anon", _ => "file" };
            string locked = shape % 2 == 0 ? "true" : "false";
            string kind = shape < 6 ? "start" : "end";
            time -= time % 1000;
            string when = $"{time / 1_000_000_000,5}.{time / 1000 % 1_000_000:000000}";
            if (flagText.Length > 0 && char.IsAsciiDigit(flagText[0]))
            {
                flagText = "." + flagText[1..];
            }

            string line = $"{command,16}-{thread,-7} [{cpu:000}] {flagText} {when}: rmap_walk_{kind}: folio={folio:x16} rwc={rwc:x16} page_type={type} locked={locked}\n";
            byte[] bytes = Encoding.UTF8.GetBytes(line);
            var names = new SymbolTable();
            TraceRecord slow = default;
            Assert.Equal(LineKind.Event, LineParser.Parse(bytes.AsSpan(0, bytes.Length - 1), WalkReader.Wanted, new SymbolCache(names), names, ref slow));
            byte[] padded = [.. bytes, .. new byte[NativeLine.Reach]];
            TraceRecord fast = default;
            int length = NativeLine.Parse(ref padded[0], ref fast);
            if (length > 0)
            {
                Assert.Equal(bytes.Length, length);
                Assert.Equal(slow, fast);
            }
            else
            {
                Assert.True(cpu > 999 || flagText.Length > 7 || time > 99_999_999_999_000_000, "the fast way is not taken: " + line);
            }

            RmapEvent item = new RecordObjects(names).Event(slow, default);
            Assert.Equal((command, thread, cpu, flagText, time), (item.Command, item.ThreadId, item.Cpu, item.Flags, item.TimestampNanoseconds));
            Assert.Equal((folio, rwc, type, locked), (item.Folio, item.Rwc, item.PageType.ToString()!.ToLowerInvariant(), item.Locked.ToString()!.ToLowerInvariant()));
        });
    }
}
