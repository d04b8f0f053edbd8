using System.Security.Cryptography;
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
    [InlineData(20_000, 79, 256, false, 0)]
    [InlineData(512, 1, 256, false, 0)]
    [InlineData(4, 3, 2, false, 1)]
    [InlineData(1, 1, 256, true, 1)]
    [InlineData(20_000, 20_000, 256, true, 20_000)]
    public void KSM_keeps_a_page_for_every_max_page_sharing_mappings(long pages, long frames, int most, bool useZeroPages, long saved) =>
        Assert.Equal(saved, new Sharing(most, useZeroPages).Saved(pages, frames, isZero: true));

    private static void Swap(byte[] page, int first, int second)
    {
        for (int index = 0; index < 8; index++)
        {
            (page[first + index], page[second + index]) = (page[second + index], page[first + index]);
        }
    }
}
