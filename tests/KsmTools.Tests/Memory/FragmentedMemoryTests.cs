using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Memory.Compaction;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

/// <summary>Which frames are given back so that compaction moves pages, and what the kernel says of its memory.</summary>
public sealed class FragmentedMemoryTests : IDisposable
{
    private const int Run = FragmentPlan.Run;
    private const int Block = 2 * Run;

    private static readonly MemoryZone[] OneZone = [new(0, long.MaxValue)];

    private readonly TemporaryFolder _root = new();

    [Fact]
    public void The_lowest_frames_are_given_back_at_once_the_lowest_last()
    {
        FragmentPlan plan = FragmentPlan.Make([.. Frames(0, 8).Reverse().Select(frame => (long?)frame)], OneZone, 100)!;
        int places = (8 * Block) - 1;

        // Place 0 has the highest frame.
        Assert.Equal(Enumerable.Range(places - 125, 126), plan.Low);
    }

    [Fact]
    public void Half_of_each_of_the_highest_blocks_is_given_back_and_nothing_beside_it()
    {
        long?[] frames = [.. Frames(0, 20).Select(frame => (long?)frame)];
        FragmentPlan plan = FragmentPlan.Make(frames, OneZone, 100)!;
        long[] given = [.. plan.Rest.Select(place => frames[place]!.Value)];

        // Room for four times 126 pages: two runs.
        Assert.Equal([.. Enumerable.Range((19 * Block) + Run, Run), .. Enumerable.Range((18 * Block) + Run, Run)], given.Where(frame => frame >= 18 * Block).OrderBy(frame => frame / Block * -1).ThenBy(frame => frame));

        // All between the lowest and the places.
        Assert.Equal(Enumerable.Range(126, (18 * Block) - 126).Select(frame => (long)frame), given.Where(frame => frame < 18 * Block).Order());
    }

    [Fact]
    public void A_half_block_of_which_somebody_else_has_a_frame_is_no_place_and_small_pieces_above_the_places_stay_taken()
    {
        // The highest block has a hole in its upper half and none in its lower; the one below it has a hole in both.
        long?[] frames = [.. Frames(0, 20).Where(frame => frame != (19 * Block) + Run + 7 && frame != (18 * Block) + 3 && frame != (18 * Block) + Run + 3).Select(frame => (long?)frame)];
        FragmentPlan plan = FragmentPlan.Make(frames, OneZone, 100)!;
        HashSet<long> given = [.. plan.Rest.Select(place => frames[place]!.Value)];
        Assert.All(Enumerable.Range(19 * Block, Run), frame => Assert.Contains(frame, given));
        Assert.DoesNotContain(given, frame => frame >= (19 * Block) + Run);
        Assert.DoesNotContain(given, frame => frame / Block == 18);
        Assert.Contains((17L * Block) + Run, given);
    }

    [Fact]
    public void Each_zone_has_its_own_low_and_high()
    {
        long?[] frames = [.. Frames(0, 8).Concat(Frames(100, 8)).Select(frame => (long?)frame)];
        FragmentPlan plan = FragmentPlan.Make(frames, [new MemoryZone(0, 50 * Block), new MemoryZone(50 * Block, 200 * Block)], 100)!;
        Assert.Equal([63, 63], [plan.Low.Count(place => frames[place] < 50 * Block), plan.Low.Count(place => frames[place] >= 100 * Block)]);
        HashSet<long> given = [.. plan.Rest.Select(place => frames[place]!.Value)];
        Assert.Contains((7L * Block) + Run, given);
        Assert.Contains((107L * Block) + Run, given);
    }

    [Fact]
    public void Hidden_frames_make_no_plan() => Assert.Null(FragmentPlan.Make([null, null], OneZone, 1));

    [Fact]
    public void Zones_are_those_that_have_frames()
    {
        _root.Write("proc/zoneinfo", """
            Node 0, zone      DMA
              per-node stats
                  nr_inactive_anon 1
              pages free     3840
                    spanned  4095
                    present  3998
              start_pfn:           1
            Node 0, zone  Movable
                    spanned  0
              start_pfn:           0
            Node 0, zone   Normal
                    spanned  5505024
              start_pfn:           1048576
            """);
        Assert.Equal([new MemoryZone(1, 4096), new MemoryZone(1_048_576, 6_553_600)], MemoryZone.Read(new KernelTree(_root.Path)));
    }

    [Fact]
    public void Without_zoneinfo_all_frames_are_one_zone() => Assert.Equal(OneZone, MemoryZone.Read(new KernelTree(_root.Path)));

    [Fact]
    public void Small_pieces_are_counted_in_pages_and_runs_are_not()
    {
        _root.Write("proc/buddyinfo", """
            Node 0, zone    DMA32      2      1      0      0      0      0      0      1      4      2    752
            Node 0, zone   Normal   3093      0      0      0      0      0      0      0      9      9    824

            """);
        Assert.Equal(2 + 2 + 128 + 3093, FreeFragments.Count(new KernelTree(_root.Path), Run));
        Assert.Equal(0, FreeFragments.Count(new KernelTree(_root.Path + "/none"), Run));
    }

    [Fact]
    public void What_is_mapped_next_is_where_the_lowest_frames_were_and_all_memory_is_given_back()
    {
        Needs.Root();
        const int Pages = 2000;
        long before = OwnBytes();
        using (var memory = FragmentedMemory.Begin(KernelTree.Running, Pages, 0, TestContext.Current.CancellationToken, out string? whyNot))
        {
            Assert.True(memory is not null, whyNot);
            Assert.Null(whyNot);
            HashSet<long> low = [.. memory.LowFrames];
            using var region = RmapRegion.Create(KernelTree.Running, RmapPageType.Anon, Pages, splitVma: false, TestContext.Current.CancellationToken);
            int there = new ProcessPages(KernelTree.Running).ReadFrames(Environment.ProcessId, region.Address, Pages).Count(frame => low.Contains(frame!.Value));

            // Others take memory too.
            Assert.InRange(there, Pages / 2, Pages);
            memory.MakePlaces();
        }

        Assert.InRange(OwnBytes() - before, long.MinValue, 48 << 20);
    }

    [Fact]
    public void Where_there_is_not_the_memory_it_says_so()
    {
        _root.Write("proc/meminfo", "MemAvailable:  1000 kB\n");
        Assert.Null(FragmentedMemory.Begin(new KernelTree(_root.Path), 2000, 0, CancellationToken.None, out string? whyNot));
        Assert.Contains("16384000 bytes", whyNot, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private static IEnumerable<long> Frames(int firstBlock, int blocks) => Enumerable.Range(firstBlock * Block, blocks * Block).Select(frame => (long)frame);

    private static long OwnBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], null) * Environment.SystemPageSize;
}
