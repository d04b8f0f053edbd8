using System.Text;
using CsCheck;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.TraceText;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.Traces;

/// <summary>Lines that are nearly of the usual layout: what the fast way takes, the general one reads the same.</summary>
public sealed class UsualLineTests
{
    private static readonly Gen<(int At, char With, int How)[]> Changes =
        Gen.Select(Gen.Int[0, 140], Gen.Char[" \n\t\r\0-:[].,/0159afkxzKZ#\u007f"], Gen.Int[0, 2]).Array[1, 3];

    [Theory]
    [InlineData("            ksmd-57      [001] d..2.   123.456789: rmap_walk_start: folio=ffffea0000161dc0 rwc=ffff888012345678 page_type=ksm locked=true\n")]
    [InlineData("         rmaplab-1234567 [999] .....    20.881212: rmap_walk_end: folio=ffffea0000161dc0 rwc=ffff888012345678 page_type=anon locked=false\n")]
    [InlineData("  a name-5: 1 2 -0       [000]  12345678.881212: rmap_walk_end: folio=0000000000000000 rwc=ffff888012345678 page_type=file locked=false\n")]
    public void Of_tracefs(string usual) => AssertSame<NativeLine>(usual, LineParser.Parse);

    [Theory]
    [InlineData("         rmaplab   367 [000]    72.169768: rmap:rmap_walk_start: folio=0xffffea0000161dc0 rwc=0xffff888012345678 page_type=ksm locked=false\n")]
    [InlineData("         rmaplab     367 [012]    72.169768:    rmap:rmap_walk_end: folio=0xffffea0000161dc0 rwc=0xffff888012345678 page_type=anon locked=true\n")]
    [InlineData("  a name-5: 1 23 1234567 72.169768123:       rmap:rmap_walk_end: folio=0xffffea0000161dc0 rwc=0xffff888012345678 page_type=file locked=true\n")]
    public void Of_perf_script(string usual) => AssertSame<PerfScriptLine>(usual, PerfScriptParser.Parse);

    private static void AssertSame<TLine>(string usual, LineReading general)
        where TLine : struct, IUsualLine
    {
        int taken = 0;
        Changes.ForAll(
            changes =>
            {
                var text = new StringBuilder(usual);
                foreach ((int at, char with, int how) in changes)
                {
                    int place = at % text.Length;
                    _ = how switch
                    {
                        0 => text.Remove(place, 1).Insert(place, with),
                        1 => text.Insert(place, with),
                        _ => text.Remove(place, 1),
                    };
                }

                // The next line, which nothing of this one may be read from, and the room that a block has.
                byte[] bytes = [.. Encoding.ASCII.GetBytes(text + usual), .. new byte[NativeLine.Reach]];
                TraceRecord fast = default;
                int length = TLine.Parse(ref bytes[0], ref fast);
                if (length == 0)
                {
                    return;
                }

                taken++;
                int end = Array.IndexOf(bytes, (byte)'\n');
                var names = new SymbolTable();
                TraceRecord slow = default;
                Assert.Equal(LineKind.Event, general(bytes.AsSpan(0, end), WalkReader.Wanted, new SymbolCache(names), names, ref slow));
                Assert.Equal((end + 1, slow.Command.ToString(names)), (length, fast.Command.ToString(names)));
                Assert.Equal(slow with { Command = default }, fast with { Command = default });
            },
            cases: 5000);
        Assert.InRange(taken, 100, 4900);
    }
}
