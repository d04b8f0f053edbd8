using CsCheck;
using KsmTools.Tests.Support;
using KsmTools.Tuning;

namespace KsmTools.Tests.Tuning;

/// <summary>What merging saves with another max_page_sharing, against layouts whose answer is known.</summary>
public sealed class SharingSavingsTests
{
    [Fact]
    public void The_bounds_hold_for_every_way_mappings_can_be_spread() =>
        Gen.Select(Gen.Int[2, 5000].Array[1, 40], Gen.Int[2, 512], Gen.Int[2, 512]).ForAll((contents, before, after) =>
        {
            SharingSavings savings = Of(contents, before);
            long saved = contents.Sum() - contents.Sum(mappings => Pages(mappings, after));
            Assert.InRange(saved, savings.LeastSaved((uint)after), savings.MostSaved((uint)after));
            Assert.InRange(savings.LeastSaved((uint)after), 0, savings.MostSaved((uint)after));
        });

    [Fact]
    public void One_content_leaves_nothing_to_guess()
    {
        // 20,000 equal pages: 79 pages with 256 mappings each, one in eight with 8.
        SharingSavings savings = Of([20_000], 256);
        Assert.Equal((79, 19_921), (savings.Shared, savings.Sharing));
        Assert.Equal((2_500, 17_500), (savings.LeastPages(8), savings.MostSaved(8)));
        Assert.Equal(17_500, savings.LeastSaved(8));
    }

    [Fact]
    public void Nothing_merged_saves_nothing()
    {
        var none = default(SharingSavings);
        Assert.Equal((0, 0, 0, 0), (none.LeastPages(2), none.MostPages(2), none.LeastSaved(2), none.MostSaved(2)));
    }

    private static SharingSavings Of(int[] contents, int sharing)
    {
        long[] pages = [.. contents.Select(mappings => Pages(mappings, sharing))];
        long[] chains = [.. pages.Where(count => count > 1)];
        return new SharingSavings(pages.Sum(), contents.Sum() - pages.Sum(), chains.Length, chains.Sum());
    }

    private static long Pages(int mappings, int sharing) => (mappings + sharing - 1) / sharing;
}
