using System.Security.Cryptography;
using KsmTools.Files;
using KsmTools.Potential;

namespace KsmTools.Tests.Potential;

public sealed class CountingTests
{
    private const int PageSize = 4096;

    [Fact]
    public void A_table_counts_as_a_dictionary_does_while_it_grows()
    {
        var table = new ContentTable();
        var expected = new Dictionary<ulong, (int Pages, int Frames)>();
        var numbers = new Dictionary<ulong, int>();
        var random = new Random(1);
        for (int page = 0; page < 400_000; page++)
        {
            // Hashes that differ in their upper half alone meet in the same slots.
            ulong hash = random.Next(3) switch { 0 => (ulong)random.Next(90_000), 1 => (ulong)random.Next(3_000) << 32, _ => (ulong)random.NextInt64() };
            bool isNewFrame = random.Next(2) == 0;
            (int pages, int frames) = expected.GetValueOrDefault(hash);
            expected[hash] = (pages + 1, frames + (isNewFrame ? 1 : 0));
            int number = table.Add(hash, isNewFrame);
            Assert.Equal(numbers.TryGetValue(hash, out int known) ? known : number, number);
            numbers[hash] = number;
        }

        Assert.Equal(expected.Count, table.Count);
        foreach ((ulong hash, int number) in numbers)
        {
            Assert.Equal((hash, expected[hash].Pages, expected[hash].Frames), (table[number].Hash, table[number].Pages, table[number].Frames));
        }
    }

    [Fact]
    public void What_is_taken_back_does_not_count()
    {
        var table = new ContentTable();
        int number = table.Add(7, true);
        _ = table.Add(7, false);
        table.Remove(number, true);
        Assert.Equal((1, 0), (table[number].Pages, table[number].Frames));
    }

    [Fact]
    public void Six_million_different_pages_take_less_than_200_MB()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var table = new ContentTable();
        var list = new PageList();
        for (ulong page = 0; page < 6_291_456; page++)
        {
            list.Add(table.Add(Mixing.Mix(page), true), true);
        }

        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(used, 100_000_000, 200_000_000);
        Assert.Equal(6_291_456, table.Count);
        Assert.Equal((6_291_455, true), list[list.Count - 1]);
    }

    [Fact]
    public void A_set_holds_what_it_was_given_once()
    {
        var set = new NumberSet();
        var expected = new HashSet<ulong>();
        var random = new Random(2);
        for (int index = 0; index < 100_000; index++)
        {
            ulong number = (ulong)random.Next(50_000) * (ulong)(index % 2 == 0 ? 1 : 4096);
            Assert.Equal(expected.Add(number), set.Add(number));
        }

        Assert.Equal(expected.Count, set.Count);
        Assert.All(Enumerable.Range(0, 60_000), number => Assert.Equal(expected.Contains((ulong)number), set.Contains((ulong)number)));
    }

    [Fact]
    public void Zero_is_zero_to_the_last_byte()
    {
        byte[] page = new byte[PageSize];
        Assert.True(PageBatch.IsZero(page));
        for (int index = 0; index < PageSize; index++)
        {
            page[index] = 1;
            Assert.False(PageBatch.IsZero(page));
            page[index] = 0;
        }
    }

    [Fact]
    public void Every_bit_of_a_page_and_the_order_of_its_parts_count()
    {
        var hash = new PageHash(PageSize);
        byte[] page = RandomNumberGenerator.GetBytes(PageSize);
        var seen = new HashSet<ulong> { hash.Of(page) };
        for (int bit = 0; bit < 8 * PageSize; bit++)
        {
            page[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(seen.Add(hash.Of(page)), $"bit {bit} does not count");
            page[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        // All ways to swap two words.
        for (int first = 0; first < PageSize; first += 64)
        {
            for (int second = first + 8; second < PageSize; second += 8)
            {
                Swap(page, first, second);
                Assert.True(seen.Add(hash.Of(page)), $"words {first} and {second} can be swapped");
                Swap(page, first, second);
            }
        }
    }

    [Fact]
    public void Sparse_pages_do_not_collide_and_hashes_are_spread()
    {
        var hash = new PageHash(PageSize);
        var seen = new HashSet<ulong>();
        byte[] page = new byte[PageSize];
        int[] ones = new int[64];
        int count = 0;
        for (int word = 0; word < PageSize; word += 8)
        {
            for (int value = 1; value < 256; value += 2)
            {
                page[word] = (byte)value;
                ulong result = hash.Of(page);
                Assert.True(seen.Add(result));
                count++;
                for (int bit = 0; bit < 64; bit++)
                {
                    ones[bit] += (int)(result >> bit) & 1;
                }
            }

            page[word] = 0;
        }

        Assert.All(ones, one => Assert.InRange(one, count * 0.47, count * 0.53));
        Assert.NotEqual(hash.Of(page), new PageHash(PageSize).Of(page));
    }

    [Theory]
    [InlineData(1, 1, 256, false, 0)]
    [InlineData(2, 2, 256, false, 1)]
    [InlineData(256, 256, 256, false, 255)]
    [InlineData(257, 257, 256, false, 255)]
    [InlineData(20_000, 20_000, 256, false, 19_921)]
    [InlineData(15_000, 3_000, 16, false, 2_172)]
    [InlineData(600, 2, 256, false, 0)]
    [InlineData(301, 2, 256, false, 1)]
    [InlineData(512, 1, 256, false, 0)]
    [InlineData(4, 3, 2, false, 1)]
    [InlineData(1, 1, 256, true, 1)]
    [InlineData(20_000, 20_000, 256, true, 20_000)]
    public void KSM_keeps_a_page_for_every_max_page_sharing_mappings(long pages, long frames, int most, bool useZeroPages, long saved) =>
        Assert.Equal(saved, new Sharing(most, useZeroPages).Saved(pages, frames, isZero: true));

    // Of so many mappings, frames, and among them held ones, whether the second is one, merged ones, their mappings and their room.
    [Theory]
    [InlineData(10, 5, 5, true, 0, 0, 0, 0, 0, 0)]
    [InlineData(2, 2, 1, false, 0, 0, 0, 0, 0, 1)]
    [InlineData(2, 2, 1, true, 0, 0, 0, 1, 0, 1)]
    [InlineData(4, 4, 2, false, 0, 0, 0, 1, 1, 2)]
    [InlineData(1, 1, 1, false, 0, 0, 0, 0, 0, 0)]
    [InlineData(300, 300, 0, false, 0, 0, 0, 298, 298, 298)]
    [InlineData(300, 300, 100, false, 0, 0, 0, 198 + (100 / 300.0), 198, 200)]
    [InlineData(7, 3, 0, false, 3, 7, 500, 0, 0, 0)]
    [InlineData(12, 6, 0, false, 1, 7, 200, 5, 5, 5)]
    [InlineData(12, 6, 2, false, 1, 7, 200, 3, 3, 3)]
    [InlineData(12, 6, 0, false, 1, 7, 0, 4, 4, 4)]
    [InlineData(8, 6, 0, false, 1, 3, 4, 4, 4, 4)]
    public void Frames_that_others_hold_stay_and_merged_ones_take_what_they_have_room_for(
        int pages, int frames, int held, bool isSecondHeld, int merged, int mergedPages, int room, double likely, double least, double most)
    {
        var special = new ContentFrames { Held = held, IsSecondHeld = isSecondHeld, Merged = merged, MergedPages = mergedPages, Room = room };
        SavedFrames saved = new Sharing(256, UseZeroPages: false).Saved(pages, frames, special, isZero: false);
        Assert.Equal((likely, least, most), (saved.Expected, saved.Lower, saved.Upper));
    }

    [Theory]
    [InlineData(1, 1, 1, 0, 0, 0)]
    [InlineData(4, 1, 4, 0, 0, 1)]
    [InlineData(7, 4, 4, 2.25, 2, 4)]
    [InlineData(3, 3, 1, 1 + (1 / 3.0), 1, 2)]
    public void Hidden_frames_may_be_others_or_the_measured_ones_alone(int pages, int frames, int unknownPages, double likely, double least, double most)
    {
        SavedFrames saved = new Sharing(256, UseZeroPages: false).Saved(pages, frames, new ContentFrames { Unknown = 1, UnknownPages = unknownPages }, isZero: false);
        Assert.Equal((likely, least, most), (saved.Expected, saved.Lower, saved.Upper));
    }

    [Fact]
    public void Zero_pages_that_others_hold_are_not_saved_by_the_kernels_own() => Assert.Equal(
        new SavedFrames(3, 3, 3), new Sharing(256, UseZeroPages: true).Saved(20, 10, new ContentFrames { Held = 7, IsSecondHeld = true }, isZero: true));

    [Fact]
    public void What_a_process_adds_to_contents_is_taken_back()
    {
        var pages = new ContentPages();
        Assert.True(pages.Add(5));
        pages.Begin();
        Assert.False(pages.Add(5));
        Assert.True(pages.Add(6));
        pages.TakeBack();
        Assert.Equal([(5, 1)], pages.Pages.Select(content => (content.Key, content.Value)).Order());
        Assert.True(pages.Add(6));
    }

    [Fact]
    public void Shared_frames_are_known_by_their_content_until_they_are_taken_back()
    {
        // No machine has frames like these, so that their mappings are unknown.
        const long Far = 1L << 50;
        using var frames = new SharedFrames(KernelTree.Running);
        Assert.True(frames.Add(Far, 3, false));
        frames.Begin();
        for (int frame = 0; frame < 1000; frame++)
        {
            Assert.Equal(frame > 0, frames.Add(Far + frame, 3, false));
        }

        Assert.Equal((3, 999), (frames.Find(Far + 999)?.Content, frames.Find(Far + 999)?.Number));
        Assert.Equal(1001, frames.Order.Count);
        Assert.Equal(new ContentFrames { Unknown = 1000, UnknownPages = 1001 }, frames.OfContents(256)[3]);
        frames.TakeBack();
        Assert.Null(frames.Find(Far + 999));
        Assert.Equal(1, frames.Order.Count);
        Assert.Equal(new ContentFrames { Unknown = 1, UnknownPages = 1 }, frames.OfContents(256)[3]);
        Assert.True(frames.Add(Far + 999, 4, false));
        Assert.Equal(new ContentFrames { Unknown = 1, UnknownPages = 1 }, frames.OfContents(256)[4]);
        Assert.Equal([0, 999], Enumerable.Range(0, (int)frames.Order.Count).Select(index => frames.Order[index]));
    }

    private static void Swap(byte[] page, int first, int second)
    {
        for (int index = 0; index < 8; index++)
        {
            (page[first + index], page[second + index]) = (page[second + index], page[first + index]);
        }
    }
}
