using System.Text;
using KsmTools.Records;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.TraceText;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.Traces;

/// <summary>What stands before an event, at the least and at the most that it can be, and beyond.</summary>
public sealed class ContextLimitTests
{
    public static TheoryData<string, bool> Names()
    {
        var data = new TheoryData<string, bool>();
        foreach ((int length, bool isRead) in ((int, bool)[])[(16, true), (17, true), (320, true), (321, false)])
        {
            data.Add($"{new string('x', length)}-5 [000] ..... 1.000000: ", isRead);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Names))]

    // Threads are numbers of 31 bits.
    [InlineData("ksmd-0 [000] ..... 1.000000: ", true)]
    [InlineData("ksmd-2147483647 [000] ..... 1.000000: ", true)]
    [InlineData("ksmd-2147483648 [000] ..... 1.000000: ", false)]
    [InlineData("ksmd-00000000001 [000] ..... 1.000000: ", false)]
    [InlineData("ksmd-5", false)]
    [InlineData("ksmd-5 ", false)]
    [InlineData("ksmd- [000] ..... 1.000000: ", false)]
    [InlineData("ksmd-5[000] ..... 1.000000: ", false)]

    // Thread groups.
    [InlineData("ksmd-5 (   37) [000] ..... 1.000000: ", true)]
    [InlineData("ksmd-5 (-----) [000] ..... 1.000000: ", true)]
    [InlineData("ksmd-5 (  3x7) [000] ..... 1.000000: ", false)]
    [InlineData("ksmd-5 (37", false)]
    [InlineData("ksmd-5 (37) ", false)]
    [InlineData("ksmd-5 (37) 000] ..... 1.000000: ", false)]

    // CPUs.
    [InlineData("ksmd-5 [0] ..... 1.000000: ", true)]
    [InlineData("ksmd-5 [65535] ..... 1.000000: ", true)]
    [InlineData("ksmd-5 [65536] ..... 1.000000: ", false)]
    [InlineData("ksmd-5 [000001] ..... 1.000000: ", false)]
    [InlineData("ksmd-5 [] ..... 1.000000: ", false)]
    [InlineData("ksmd-5 [0x] ..... 1.000000: ", false)]
    [InlineData("ksmd-5 [0", false)]
    [InlineData("ksmd-5 [000]", false)]

    // Flags: up to eight characters, or none.
    [InlineData("ksmd-5 [000] 1.000000: ", true)]
    [InlineData("ksmd-5 [000]  1.000000: ", true)]
    [InlineData("ksmd-5 [000] . 1.000000: ", true)]
    [InlineData("ksmd-5 [000] ........ 1.000000: ", true)]
    [InlineData("ksmd-5 [000] ......... 1.000000: ", false)]
    [InlineData("ksmd-5 [000] .....", false)]

    // Times: seconds that fit in 63 bits of nanoseconds, six digits after the point or nine; or a number.
    [InlineData("ksmd-5 [000] ..... 9223372035.999999: ", true)]
    [InlineData("ksmd-5 [000] ..... 9223372036.000000: ", false)]
    [InlineData("ksmd-5 [000] ..... 1.00000: ", false)]
    [InlineData("ksmd-5 [000] ..... 1.0000000: ", false)]
    [InlineData("ksmd-5 [000] ..... 1.00000000: ", false)]
    [InlineData("ksmd-5 [000] ..... 1.000000000: ", true)]
    [InlineData("ksmd-5 [000] ..... 1.0000000000: ", false)]
    [InlineData("ksmd-5 [000] ..... 1: ", true)]
    [InlineData("ksmd-5 [000] ..... 9223372036854775807: ", true)]
    [InlineData("ksmd-5 [000] ..... 9223372036854775808: ", false)]
    [InlineData("ksmd-5 [000] ..... 1,000000: ", false)]
    [InlineData("ksmd-5 [000] ..... 1.000000 : ", false)]
    [InlineData("ksmd-5 [000] ..... 1.000000:", false)]
    [InlineData("ksmd-5 [000] ..... 1.000000", false)]
    [InlineData("ksmd-5 [000] ..... 1", false)]

    // Latency-format, and trace-cmd report -l: CPU, flags, and the time in microseconds with a mark, or as it is without.
    [InlineData("ksmd-5 0.... 1us : ", true)]
    [InlineData("ksmd-5 0.... 1us+: ", true)]
    [InlineData("ksmd-5 0.... 999999999999999us : ", true)]
    [InlineData("ksmd-5 0.... 1000000000000000us : ", false)]
    [InlineData("ksmd-5 0.... 1us :", false)]
    [InlineData("ksmd-5 0.... 1us ", false)]
    [InlineData("ksmd-5 0.... 1ms : ", false)]
    [InlineData("ksmd-5 65535.... 1us : ", true)]
    [InlineData("ksmd-5 65536.... 1us : ", false)]
    [InlineData("ksmd-5 000001.... 1us : ", false)]
    [InlineData("ksmd-5 0........ 1us : ", true)]
    [InlineData("ksmd-5 0......... 1us : ", false)]
    [InlineData("ksmd-5 0.... 1.000000: ", true)]
    [InlineData("ksmd-5 0... 1.000000: ", false)]
    [InlineData("ksmd-5 0....123456789012: ", true)]
    [InlineData("ksmd-5 0....12345678901: ", false)]

    // trace-cmd report --ts-diff: a difference, which may be empty or below zero.
    [InlineData("ksmd-5 [000] ..... 1.000000: (+649)   ", true)]
    [InlineData("ksmd-5 [000] ..... 1.000000: (+-649)  ", true)]
    [InlineData("ksmd-5 [000] ..... 1.000000:          ", true)]
    [InlineData("ksmd-5 [000] ..... 1.000000: (-649)   ", false)]
    [InlineData("ksmd-5 [000] ..... 1.000000: (+6x9)   ", false)]
    [InlineData("ksmd-5 [000] ..... 1.000000: (+649    ", false)]
    public void Of_tracefs(string context, bool isRead) => AssertRead(
        isRead, $"{context}rmap_walk_end: folio=ffffea0000161dc0 rwc=ffff888012345678 page_type=ksm locked=true", LineParser.Parse);

    public static TheoryData<string, bool> PerfNames()
    {
        var data = new TheoryData<string, bool>();
        foreach ((int length, bool isRead) in ((int, bool)[])[(1, true), (16, true), (63, true), (64, false)])
        {
            data.Add($"{new string('x', length)} 5 [000] 1.000000: ", isRead);
        }

        foreach ((int length, bool isRead) in ((int, bool)[])[(32, true), (33, false)])
        {
            data.Add($"ksmd 5 [000] {new string('K', length)} 1.000000: ", isRead);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(PerfNames))]
    [InlineData("5 1.000000: ", true)]
    [InlineData("ksmd 5 1.000000: ", true)]
    [InlineData("ksmd 2147483647 1.000000: ", true)]
    [InlineData("ksmd 2147483648 1.000000: ", false)]
    [InlineData("ksmd 5/2147483647 1.000000: ", true)]
    [InlineData("ksmd 5/2147483648 1.000000: ", false)]
    [InlineData("ksmd 5/ 1.000000: ", false)]
    [InlineData("ksmd -1/-1 1.000000: ", true)]
    [InlineData("ksmd 5/5", false)]
    [InlineData("ksmd 5/5 ", false)]
    [InlineData("ksmd 5 [65535] 1.000000: ", true)]
    [InlineData("ksmd 5 [65536] 1.000000: ", false)]
    [InlineData("ksmd 5 [] 1.000000: ", false)]
    [InlineData("ksmd 5 [0x] 1.000000: ", false)]
    [InlineData("ksmd 5 [0", false)]
    [InlineData("ksmd 5 [000]1.000000: ", false)]

    // The flags, the date and the time of day; no more, and nothing else.
    [InlineData("ksmd 5 [000] K 2026-11-24 00:30:22.123456 1.000000: ", true)]
    [InlineData("ksmd 5 [000] K 2026-11-24 00:30:22.123456 X 1.000000: ", false)]
    [InlineData("ksmd 5 [000] 9 1.000000: ", true)] // Thread 9, whose name is the rest.
    [InlineData("ksmd 5 [000] : 1.000000: ", false)]
    [InlineData("ksmd 5 [000] K_ 1.000000: ", false)]
    [InlineData("ksmd 5 [000] 9223372035.999999: ", true)]
    [InlineData("ksmd 5 [000] 9223372036.000000: ", false)]
    [InlineData("ksmd 5 [000] 1.00000: ", false)]
    [InlineData("ksmd 5 [000] 1.0000000: ", false)]
    [InlineData("ksmd 5 [000] 1.000000000: ", true)]
    [InlineData("ksmd 5 [000] 1.0000000000: ", false)]
    [InlineData("ksmd 5 [000] 1,000000: ", false)]
    [InlineData("ksmd 5 [000] 1.000000 : ", false)]
    [InlineData("ksmd 5 [000] 1.000000:", false)]
    [InlineData("ksmd 5 [000] 1.", false)]
    [InlineData("ksmd 5 [000] 1", false)]

    // -F period.
    [InlineData("ksmd 5 [000] 1.000000:          1 ", true)]
    public void Of_perf_script(string context, bool isRead) => AssertRead(
        isRead, $"{context}rmap:rmap_walk_end: folio=0xffffea0000161dc0 rwc=0xffff888012345678 page_type=ksm locked=true", PerfScriptParser.Parse);

    private static void AssertRead(bool isRead, string line, LineReading read)
    {
        var names = new SymbolTable();
        TraceRecord record = default;
        LineKind kind = read(Encoding.ASCII.GetBytes(line), WalkReader.Wanted, new SymbolCache(names), names, ref record);
        Assert.Equal(isRead, kind == LineKind.Event);
    }
}
