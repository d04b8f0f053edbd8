using CsCheck;
using KsmTools.Potential;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>What ksmd keeps of frames that have several mappings, and numbers that stay within what is said of them.</summary>
public sealed class StableChainsTests
{
    // Of so many frames, in so many processes each, what merging freed on Linux 6.18.
    [Theory]
    [InlineData(20_000, 2, 256, 19_844)]
    [InlineData(10_000, 5, 256, 9_806)]
    [InlineData(2_000, 20, 16, 550)]
    [InlineData(5_000, 16, 256, 4_696)]
    [InlineData(5_000, 9, 256, 4_826)]
    public void Families_of_equal_pages_come_out_as_the_kernel_has_them(int frames, int processes, int maxPageSharing, int freed)
    {
        int[] mappings = [.. Enumerable.Range(0, frames * processes).Select(mapping => mapping % frames)];
        ChainOutcome outcome = StableChains.Play(mappings, new bool[frames], 0, maxPageSharing);
        Assert.InRange(outcome.Freed, freed - 3, freed + 3);
        Assert.InRange(frames - outcome.Freed, outcome.LeastKept, outcome.MostKept);
    }

    [Fact]
    public void Whatever_the_order_is_what_is_kept_is_between_the_least_and_the_most() => (
        from frames in Gen.Int[1, 40]
        from times in Gen.Int[1, 9].Array[frames]
        from held in Gen.Bool.Array[frames]
        from room in Gen.Int[0, 12]
        from maxPageSharing in Gen.Int[2, 20]
        from seed in Gen.Int
        select (times, held, room, maxPageSharing, seed)).ForAll(
            (times, held, room, maxPageSharing, seed) =>
            {
                int[] mappings = [.. times.SelectMany((count, frame) => Enumerable.Repeat(frame, count))];
                new Random(seed).Shuffle(mappings);
                ChainOutcome outcome = StableChains.Play(mappings, held, room, maxPageSharing);
                ChainOutcome free = StableChains.Play(mappings, new bool[times.Length], room, maxPageSharing);
                long kept = times.Length - free.Freed;
                Assert.InRange(kept, outcome.LeastKept, outcome.MostKept);

                var special = new ContentFrames { Held = held.Count(isHeld => isHeld), Room = room, Chain = outcome };
                SavedFrames saved = new Sharing(maxPageSharing, UseZeroPages: false).Saved(mappings.Length, times.Length, special, isZero: false);
                Assert.Equal(outcome.Freed, saved.Expected);
                Assert.True(saved.Lower <= saved.Expected && saved.Expected <= saved.Upper, $"{saved}");

                // Without the mappings of each frame no more is promised.
                SavedFrames blind = new Sharing(maxPageSharing, UseZeroPages: false).Saved(mappings.Length, times.Length, special with { Chain = null }, isZero: false);
                Assert.True(blind.Lower <= saved.Lower && saved.Upper <= blind.Upper, $"{blind} {saved}");
            },
            1000);

    [Fact]
    public void Where_every_frame_has_one_mapping_what_is_kept_is_one_number() => (
        from frames in Gen.Int[1, 2000]
        from room in Gen.Int[0, 100]
        from maxPageSharing in Gen.Int[2, 300]
        select (frames, room, maxPageSharing)).ForAll(
            (frames, room, maxPageSharing) =>
            {
                int[] ones = [.. Enumerable.Repeat(1, frames)];
                (long least, long most) = StableChains.Kept(ones, room, maxPageSharing);
                Assert.Equal(least, most);
                SavedFrames saved = new Sharing(maxPageSharing, UseZeroPages: false).Saved(frames, frames, new ContentFrames { Room = room }, isZero: false);
                Assert.Equal(new SavedFrames(frames - least, frames - least, frames - least), saved);
            });

    [Fact]
    public void Rounded_parts_add_up_and_stay_within_their_bounds() => (
        from parts in Gen.Double[0, 50].Array[1, 200]
        from spread in Gen.Double[0, 2].Array[parts.Length]
        from isExact in Gen.Bool
        select (parts, spread, isExact)).ForAll((parts, spread, isExact) =>
        {
            PotentialPart[] processes = [.. parts.Zip(spread, (saved, other) => new PotentialPart(saved, saved, isExact ? 0 : Math.Min(other, saved), isExact ? 0 : other / 2, null, 0))];
            long[] rounded = Apportionment.Round(parts);
            PotentialPart all = PotentialPart.Sum(processes, 0);
            Assert.Equal((long)Math.Round(parts.Sum()), rounded.Sum());
            Assert.Equal(isExact, all.Bounds(null) is null);
            for (int index = 0; index < parts.Length; index++)
            {
                Assert.InRange(rounded[index], (long)Math.Floor(parts[index]), (long)Math.Ceiling(parts[index]));
                if (processes[index].Bounds(null) is { } bounds)
                {
                    Assert.InRange(rounded[index], bounds.Lower, bounds.Upper);
                }
            }

            if (all.Bounds(null) is { } ofAll)
            {
                Assert.InRange(rounded.Sum(), ofAll.Lower, ofAll.Upper);
            }
        });

    [Theory]
    [InlineData(510, 510, 510, 0, false, 509, 510, 510)]
    [InlineData(510, 510, 510, 510, false, 0, 510, 510)]
    [InlineData(520, 520, 510, 0, false, 519, 519, 519)]
    [InlineData(1, 1, 1, 0, false, 0, 0, 1)]
    [InlineData(510, 510, 510, 510, true, 0, 510, 510)]
    public void Zeros_of_large_folios_go_when_these_are_split(int pages, int frames, int unused, int held, bool useZeroPages, double least, double likely, double most)
    {
        var special = new ContentFrames { Unused = unused, UnusedPages = unused, UnusedHeld = held };
        SavedFrames saved = new Sharing(1000, useZeroPages).Saved(pages, frames, special, isZero: true);
        Assert.Equal(new SavedFrames(likely, least, most), saved);
    }
}
