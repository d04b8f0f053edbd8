using System.Globalization;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Merge;
using KsmTools.Potential;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>
/// What is said of families of processes, whole and in part, beside what merging those processes frees: page frames that no member of the family has any more, by the page tables of all.
/// </summary>
public sealed class FamilyTests(ITestOutputHelper output)
{
    private const int Pages = 3000;
    private const int Children = 4;
    private const string Same = "sameword";

    private static readonly KernelTree Kernel = new("/");
    private static readonly int[] All = [0, 1, 2, 3, 4];
    private static readonly int[] Some = [0, 1];
    private static readonly int[] Child = [1];
    private static readonly int[] Nobody = [];

    // What is in the string, who is measured and merged, who has copies, mappings of a KSM page, the kernel's own zero page, and about how much goes.
    public static TheoryData<string, int[], int[], int, bool, double> Families => new()
    {
        { "distinct", All, Nobody, 256, false, 0 },
        { "distinct", All, [1, 2, 3, 4], 256, false, 2 * Pages },
        { "distinct", Some, Nobody, 256, false, 0 },
        { "distinct", Some, Child, 256, false, 0 },
        { "distinct", [1, 2], [1, 2], 256, false, Pages / 2 },
        { Same, All, Nobody, 256, false, Pages },
        { Same, All, Nobody, 16, false, Pages * (1 - (5.0 / 16)) },
        { Same, All, Nobody, 2, false, Pages / 32.0 },
        { Same, All, [1, 2, 3, 4], 256, false, 3 * Pages },
        { Same, Some, Nobody, 256, false, 0 },
        { Same, Child, Nobody, 256, false, 0 },
        { Same, Some, Child, 256, false, Pages / 2 },
        { Same, Child, Child, 256, false, Pages / 2 },
        { "zero", All, Nobody, 256, true, Pages },
        { "zero", Some, Nobody, 256, true, 0 },
        { "zero", Some, Child, 256, true, Pages / 2 },
        { "zero", Some, Child, 256, false, Pages / 2 },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Families))]
    public void What_is_said_of_a_family_is_what_merging_frees(string word, int[] members, int[] broken, int maxPageSharing, bool useZeroPages, double about)
    {
        Need();
        using KsmTemporaryKnobs knobs = KsmTemporaryKnobs.Set(maxPageSharing, useZeroPages);
        using ForkFamily family = ForkFamily.Start(Pages, word, Children, members, broken);
        int[] ids = family.Of(members);
        KsmPotential said = Measure(1, ids);
        int before = Frames(family.Ids).Count;
        KsmMergeResult merge = new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = ids }).Run("Test", null, Stop);
        int freed = before - Frames(family.Ids).Count;
        string line = string.Create(CultureInfo.InvariantCulture, $"{word} [{string.Join(',', members)}] copies [{string.Join(',', broken)}] {maxPageSharing} {useZeroPages}: said {said.SavedPages} ({said.LowerSavedBytes}..{said.UpperSavedBytes}), freed {freed}, counters {merge.PagesMerged} merged, bytes saved {merge.BytesSaved / said.PageSize}");
        output.WriteLine(line);
        Assert.True(Math.Abs(freed - about) <= (0.03 * Pages) + 150, $"{line}, which was to be about {about}");
        Assert.True(Math.Abs(said.SavedPages - freed) <= (0.02 * Math.Max(freed, Pages)) + 40, line);
        Assert.True(said.LowerSavedBytes is not null || word != Same || members.Length == 1, "frames with several mappings are no one number where they pass the limit");
        Assert.InRange(merge.Converged ? ids.Sum(Items) : said.MetadataBytes / 64, (said.MetadataBytes / 64) - 60, (said.MetadataBytes / 64) + 60);
        if (said.LowerSavedBytes is { } lower)
        {
            Assert.InRange(freed, ((lower + said.MetadataBytes) / said.PageSize) - 60, ((said.UpperSavedBytes!.Value + said.MetadataBytes) / said.PageSize) + 60);
        }

        // What fork(2) shares counts as merged, and frees nothing.
        Assert.InRange(merge.BytesSaved / said.PageSize, freed - 60, freed + 60);
        Assert.InRange(merge.PagesMerged, word == "distinct" && broken.Length == 0 ? 0 : freed, long.MaxValue);

        // What was merged is nothing that could be saved, and measuring undoes none of it.
        HashSet<long> merged = Frames(family.Ids);
        KsmPotential after = Measure(1, ids);
        Assert.InRange(after.SavedPages, 0, 60);
        Assert.InRange(Frames(family.Ids).Count, merged.Count - 20, merged.Count + 20);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    public void A_sample_says_the_same_of_a_part_of_a_family(double share)
    {
        Need();
        using ForkFamily family = ForkFamily.Start(4 * Pages, Same, Children, Nobody, Child);
        int[] ids = family.Of(Some);
        KsmPotential whole = Measure(1, ids);
        KsmPotential sample = Measure(share, ids);
        Assert.InRange(whole.SavedPages, 1.8 * Pages, 2.1 * Pages);
        double deviation = 6 * Math.Sqrt(2 * Pages * (1 - share) / share);
        Assert.InRange(sample.SavedPages, whole.SavedPages - deviation - 100, whole.SavedPages + deviation + 100);
        Assert.InRange(sample.ExpectedSavedBytes, sample.LowerSavedBytes!.Value, sample.UpperSavedBytes!.Value);
    }

    [Fact]
    public void Where_the_order_of_the_scan_decides_the_bounds_of_a_sample_have_both()
    {
        Need();
        using ForkFamily family = ForkFamily.Start(4 * Pages, "distinct", Children, Nobody, Child);
        KsmPotential whole = Measure(1, family.Of(Some));
        Assert.InRange(whole.SavedPages, 0, 100);
        Assert.InRange((whole.UpperSavedBytes!.Value + whole.MetadataBytes) / whole.PageSize, 1.9 * Pages, 2.1 * Pages);
        KsmPotential sample = Measure(0.3, family.Of(Some));
        Assert.InRange((sample.LowerSavedBytes!.Value + sample.MetadataBytes) / sample.PageSize, 0, 0.3 * Pages);
        Assert.InRange((sample.UpperSavedBytes!.Value + sample.MetadataBytes) / sample.PageSize, 1.7 * Pages, 4 * Pages);
    }

    private static long Items(int id) => new KsmProcessReader(Kernel).TryRead(id, out KsmProcess? process) == Errno.None ? process!.RmapItems ?? 0 : 0;

    private static KsmPotential Measure(double share, params int[] ids) =>
        new KsmPotentialMeasurement(Kernel) { Sample = share }.Measure(ids, (_, failure) => throw failure, null, Stop)[^1];

    private static HashSet<long> Frames(IEnumerable<int> ids) =>
    [
        .. from id in ids
           from vma in ProcessVmas.Read(Kernel, id, Stop)
           where vma is { AnonymousBytes: > 0, IsKsmCompatible: true }
           from frame in new ProcessPages(Kernel).ReadFrames(id, (long)vma.Start, (int)((vma.End - vma.Start) / (ulong)Environment.SystemPageSize))
           where frame is not null
           select frame.Value,
    ];

    private static void Need()
    {
        Needs.Ksm();
        Assert.SkipUnless(CurrentUser.HasCapability(CurrentUser.SysAdmin), "needs CAP_SYS_ADMIN to see page frames");
        Assert.SkipUnless(RealKsm.Read("run") == "0", "needs a ksmd that sleeps");
    }

    // The settings of a while, and an empty stable tree before and after.
    private sealed class KsmTemporaryKnobs : IDisposable
    {
        private const string Folder = "/sys/kernel/mm/ksm/";

        private readonly (string Name, string Value)[] _former;

        private KsmTemporaryKnobs((string Name, string Value)[] former) => _former = former;

        public static KsmTemporaryKnobs Set(int maxPageSharing, bool useZeroPages)
        {
            (string Name, string Value)[] wanted = [("max_page_sharing", $"{maxPageSharing}"), ("use_zero_pages", useZeroPages ? "1" : "0")];
            var knobs = new KsmTemporaryKnobs([.. wanted.Select(knob => (knob.Name, RealKsm.Read(knob.Name)))]);
            Write(wanted);
            return knobs;
        }

        public void Dispose() => Write(_former);

        private static void Write((string Name, string Value)[] knobs)
        {
            RealKsm.Empty();
            Array.ForEach(knobs, knob => File.WriteAllText(Folder + knob.Name, knob.Value));
        }
    }
}
