using KsmTools.Records;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>Which functions are probed, by what a kernel has, and how.</summary>
public sealed class WalkFunctionTests
{
    // As Debian's kernels list them, with what else has these letters in its name.
    private const string Linux612 = """
        ffffffff81293bd0 t __pfx_rmap_walk_init_level
        ffffffff81293be0 t rmap_walk_init_level
        ffffffff8151c530 t __pfx_rmap_walk_anon
        ffffffff8151c540 t rmap_walk_anon
        ffffffff8151c8a0 t __pfx_rmap_walk_file
        ffffffff8151c8b0 t rmap_walk_file
        ffffffff81520730 T __pfx_rmap_walk
        ffffffff81520740 T rmap_walk
        ffffffff81520960 T __pfx_rmap_walk_locked
        ffffffff81520970 T rmap_walk_locked
        ffffffff8157e910 T __pfx_rmap_walk_ksm
        ffffffff8157e920 T rmap_walk_ksm
        ffffffff8257e920 r rmap_walk_table
        ffffffffc0401000 t rmap_walk_anon	[module]
        ffffffffc0402000 t rmap_walk_anon.isra.0	[module]
        """;

    private const string Linux72 = """
        ffffffff81600580 t __rmap_walk_file
        ffffffff81600800 t rmap_walk_anon
        ffffffff81604da0 T rmap_walk
        ffffffff81605060 T rmap_walk_locked
        ffffffff8166abf0 T rmap_walk_ksm
        """;

    private static readonly RmapPageType[] Types = [RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File];

    [Theory]
    [InlineData(Linux612, "rmap_walk_ksm, rmap_walk_anon, rmap_walk_file")]
    [InlineData(Linux72, "rmap_walk_ksm, rmap_walk_anon, __rmap_walk_file")]
    [InlineData(Linux72 + "\nffffffff81600590 t rmap_walk_file\n", "rmap_walk_ksm, rmap_walk_anon, __rmap_walk_file")]
    public void A_page_type_takes_the_first_function_that_the_kernel_has(string kallsyms, string expected)
    {
        WalkCoverage coverage = Choose(kallsyms);
        Assert.Equal(expected, string.Join(", ", coverage.Functions.Select(function => function.Name)));
        Assert.Empty(coverage.NotCovered);
        Assert.Empty(coverage.ByEntrance);
    }

    [Fact]
    public void Without_a_list_of_functions_they_are_tried()
    {
        string[] has = ["rmap_walk_ksm", "rmap_walk_anon", "rmap_walk_file"];
        var coverage = new WalkCoverage(Types, FunctionNames.Parse([]), name => has.Contains(name) ? null : "no");
        Assert.Equal(has, coverage.Functions.Select(function => function.Name));
        Assert.Empty(coverage.NotCovered);
    }

    [Fact]
    public void All_clones_of_a_function_are_probed_and_no_cold_piece_or_shorter_part()
    {
        WalkCoverage coverage = Choose("""
            ffffffff81600100 t rmap_walk_ksm.cold
            ffffffff81600200 t rmap_walk_ksm.llvm.1234567890
            ffffffff81600300 t rmap_walk_anon
            ffffffff81600400 t rmap_walk_anon.constprop.0
            ffffffff81600500 t rmap_walk_anon.isra.0.constprop.1
            ffffffff81600600 t rmap_walk_anon.part.0
            ffffffff81600700 t __rmap_walk_file.part.0
            """);
        Assert.Equal(
            ["rmap_walk_ksm.llvm.1234567890", "rmap_walk_anon", "rmap_walk_anon.constprop.0", "rmap_walk_anon.isra.0.constprop.1", "__rmap_walk_file.part.0"],
            coverage.Functions.Select(function => function.Name));
        Assert.Equal(2, coverage.NotCovered.Count);
        Assert.Contains("Calls of rmap_walk_anon.part.0 by functions", coverage.NotCovered[0], StringComparison.Ordinal);
        Assert.Contains("only __rmap_walk_file.part.0 is a function", coverage.NotCovered[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_without_a_function_is_seen_by_the_entrances_and_the_rest_is_said()
    {
        WalkCoverage coverage = Choose("""
            ffffffff81600800 t rmap_walk_anon
            ffffffff81604da0 T rmap_walk
            ffffffff81605060 T rmap_walk_locked
            ffffffff8166abf0 T rmap_walk_ksm
            """);
        Assert.Equal(["rmap_walk_ksm", "rmap_walk_anon", "rmap_walk", "rmap_walk_locked"], coverage.Functions.Select(function => function.Name));
        Assert.Equal([RmapPageType.File], coverage.ByEntrance);
        string said = Assert.Single(coverage.NotCovered);
        Assert.Contains("file pages", said, StringComparison.Ordinal);
        Assert.Contains("no rmap_walk_file", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_nothing_shows_is_said_and_the_others_are_seen()
    {
        WalkCoverage coverage = Choose("ffffffff81600800 t rmap_walk_anon\n");
        Assert.Equal(["rmap_walk_anon"], coverage.Functions.Select(function => function.Name));
        Assert.Empty(coverage.ByEntrance);
        Assert.Contains("ksm, file", Assert.Single(coverage.NotCovered), StringComparison.Ordinal);

        WalkCoverage none = Choose("ffffffff81600800 t schedule\n");
        Assert.Empty(none.Functions);
        Assert.Equal("no rmap_walk_file", none.Refusal);
    }

    [Fact]
    public void A_clone_that_the_kernel_refuses_is_said()
    {
        var names = FunctionNames.Parse("ffffffff81600300 t rmap_walk_anon\nffffffff81600400 t rmap_walk_anon.constprop.0"u8);
        var coverage = new WalkCoverage([RmapPageType.Anon], names, name => name == "rmap_walk_anon" ? null : "refused " + name);
        Assert.Equal(["rmap_walk_anon"], coverage.Functions.Select(function => function.Name));
        Assert.Contains("refused rmap_walk_anon.constprop.0", Assert.Single(coverage.NotCovered), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_stand_where_each_function_has_them()
    {
        Assert.Equal(
            [
                """rmap_walk_ksm folio=$arg1:x64 rwc=$arg2:x64 page_type=\"ksm" locked=\0:u8""",
                """rmap_walk_anon folio=$arg1:x64 rwc=$arg2:x64 page_type=\"anon" locked=$arg3:u8""",
                """__rmap_walk_file folio=$arg1:x64 rwc=$arg5:x64 page_type=\"file" locked=$arg6:u8""",
            ],
            Fetch(ProbeArguments.ByNumber, Linux72));
        Assert.Equal("""__rmap_walk_file folio=folio:x64 rwc=rwc:x64 page_type=\"file" locked=locked:u8""", Fetch(ProbeArguments.ByName, Linux72)[2]);
        Assert.Equal("""rmap_walk_file folio=$arg1:x64 rwc=$arg2:x64 page_type=\"file" locked=$arg3:u8""", Fetch(ProbeArguments.ByNumber, Linux612)[2]);
    }

    [Fact]
    public void What_a_clone_may_have_lost_is_not_read_by_its_number()
    {
        const string Clones = """
            ffffffff81600300 t rmap_walk_ksm.llvm.123
            ffffffff81600400 t rmap_walk_anon.constprop.0
            ffffffff81600500 t __rmap_walk_file.isra.0
            """;
        Assert.Equal(
            [
                """rmap_walk_ksm.llvm.123 folio=$arg1:x64 rwc=$arg2:x64 page_type=\"ksm" """.TrimEnd(),
                """rmap_walk_anon.constprop.0 folio=$arg1:x64 rwc=$arg2:x64 page_type=\"anon" """.TrimEnd(),
                """__rmap_walk_file.isra.0 folio=$arg1:x64 rwc=\0:x64 page_type=\"file" """.TrimEnd(),
            ],
            Fetch(ProbeArguments.ByNumber, Clones));

        // Names that BTF takes are right, whatever was moved.
        Assert.All(Fetch(ProbeArguments.ByName, Clones), fetch => Assert.Contains(" rwc=rwc:x64 ", fetch, StringComparison.Ordinal));
        Assert.EndsWith("locked=locked:u8", Fetch(ProbeArguments.ByName, Clones)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Entrances_beside_functions_have_the_same_fields_and_are_told_apart()
    {
        const string Mixed = """
            ffffffff81600800 t rmap_walk_anon
            ffffffff81604da0 T rmap_walk
            ffffffff81605060 T rmap_walk_locked
            ffffffff8166abf0 T rmap_walk_ksm
            """;
        Assert.Equal(
            [
                @"rmap_walk_ksm folio=$arg1:x64 rwc=$arg2:x64 page_type=\3:u64 locked=\0:u8 entrance=\0:u8",
                @"rmap_walk_anon folio=$arg1:x64 rwc=$arg2:x64 page_type=\1:u64 locked=$arg3:u8 entrance=\0:u8",
                @"rmap_walk folio=$arg1:x64 rwc=$arg2:x64 page_type=+24($arg1):b2@0/64 locked=\0:u8 entrance=\1:u8",
                @"rmap_walk_locked folio=$arg1:x64 rwc=$arg2:x64 page_type=+24($arg1):b2@0/64 locked=\1:u8 entrance=\1:u8",
            ],
            Fetch(ProbeArguments.ByNumber, Mixed));
    }

    private static string[] Fetch(ProbeArguments way, string kallsyms) => [.. way.Of(Choose(kallsyms).Functions).Select(probe => $"{probe.Function.Name} {probe.Fetch}")];

    private static WalkCoverage Choose(string kallsyms)
    {
        string[] has = [.. kallsyms.Split('\n').Select(line => line.Split(' ')).Where(words => words.Length == 3 && words[1] is "t" or "T").Select(words => words[2])];
        return new WalkCoverage(Types, FunctionNames.Parse(System.Text.Encoding.UTF8.GetBytes(kallsyms)), name => has.Contains(name) ? null : "no " + name);
    }
}
