using KsmTools.Migration;

namespace KsmTools.Tests.Migration;

/// <summary>What is said of pages that are not as they should be.</summary>
public sealed class MigrationCheckTests
{
    private const int Id = 7;

    [Theory]
    [InlineData(32, 256u, 1, 31)]
    [InlineData(256, 256u, 1, 255)]
    [InlineData(257, 256u, 2, 255)]
    [InlineData(20_000, 256u, 79, 19_921)]
    [InlineData(4, 2u, 2, 2)]
    [InlineData(1000, null, 1, 999)]
    public void Equal_pages_come_to_as_few_as_may_be(int pageCount, uint? maxPageSharing, long shared, long sharing) =>
        Assert.Equal(new PageSharing(shared, sharing), PageSharing.Expect(pageCount, maxPageSharing));

    [Fact]
    public void Pages_are_shared_by_the_mappings_of_their_frames()
    {
        Assert.Equal(new PageSharing(2, 2), PageSharing.Of(Mappings(5, 5, 9, 5)));
        Assert.Equal(new PageSharing(3, 0), PageSharing.Of(Mappings(5, null, null)));
        Assert.Null(MigrationCheck.Merged(new PageSharing(1, 2), Mappings(5, 5, 5)));
    }

    [Fact]
    public void Pages_that_are_not_merged_are_named_with_what_was_expected()
    {
        string said = MigrationCheck.Merged(new PageSharing(1, 15), [.. Mappings([.. Enumerable.Repeat<long?>(5, 14), 6, 7])])!;
        Assert.Contains("expected 1 shared, 15 sharing", said, StringComparison.Ordinal);
        Assert.Contains("seen 3 shared, 13 sharing", said, StringComparison.Ordinal);
        Assert.Contains("14 + 1 + 1", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_may_count_more_as_merged_but_not_less()
    {
        Assert.Null(MigrationCheck.Counted(Id, 32, 32));
        Assert.Null(MigrationCheck.Counted(Id, 32, 40));
        Assert.Null(MigrationCheck.Counted(Id, 32, null));
        string said = MigrationCheck.Counted(Id, 32, 31)!;
        Assert.Contains("expected 32", said, StringComparison.Ordinal);
        Assert.Contains("seen 31", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_that_went_with_all_their_mappings_are_counted()
    {
        Assert.Null(MigrationCheck.Migrated(Mappings(1, 1, 2, 2), Mappings(8, 8, 2, 2), out int migrated, out int mappings));
        Assert.Equal((1, 2), (migrated, mappings));
        Assert.Null(MigrationCheck.Migrated(Mappings(1, 1), Mappings(1, 1), out migrated, out mappings));
        Assert.Equal((0, 0), (migrated, mappings));
    }

    [Fact]
    public void A_mapping_that_kept_the_old_frame_is_a_failure()
    {
        string said = MigrationCheck.Migrated(Mappings(1, 1, 1, 1), Mappings(8, 8, 8, 1), out int migrated, out _)!;
        Assert.Equal(0, migrated);
        Assert.Contains("expected that all went", said, StringComparison.Ordinal);
        Assert.Contains("seen 3 + 1", said, StringComparison.Ordinal);
        Assert.Contains("1 kept the old one", said, StringComparison.Ordinal);
        Assert.Contains("Missed: 0x4000 of process 7.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_mappings_that_all_went_somewhere_the_fewest_are_named()
    {
        string said = MigrationCheck.Migrated(Mappings(1, 1, 1, 1, 1), Mappings(8, 9, 8, 8, 8), out _, out _)!;
        Assert.Contains("0 kept the old one. Missed: 0x2000 of process 7.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_mappings_that_were_missed_some_are_named()
    {
        string said = MigrationCheck.Migrated(Mappings([.. Enumerable.Repeat<long?>(1, 9)]), Mappings([8, .. Enumerable.Repeat<long?>(1, 8)]), out _, out _)!;
        Assert.Contains("8 kept the old one. Missed: 0x2000 of process 7, 0x3000 of process 7,", said, StringComparison.Ordinal);
        Assert.Contains("0x6000 of process 7, ....", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_of_several_processes_are_said_to_be_that()
    {
        PageMapping[] mappings = [.. Mappings(5, 5), new PageMapping(8, 0x1000, 6)];
        Assert.Contains("3 equal pages of 2 processes, the first of them 7: expected 1 shared, 2 sharing, seen 2 shared, 1 sharing", MigrationCheck.Merged(new PageSharing(1, 2), mappings)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapping_that_was_not_put_back_is_a_failure()
    {
        string said = MigrationCheck.Migrated(Mappings(1, 1, 1), Mappings(8, null, 8), out _, out _)!;
        Assert.Contains("1 of 3 mappings", said, StringComparison.Ordinal);
        Assert.Contains("0x2000 of process 7", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_that_went_to_swap_with_all_their_mappings_are_counted()
    {
        Assert.Null(MigrationCheck.Swapped(Mappings(1, 1, 2, 2, 2), Swapped(7, 7, 9, 9, 9), out int swapped, out int mappings));
        Assert.Equal((2, 5), (swapped, mappings));
        Assert.Null(MigrationCheck.Swapped(Mappings(1, 1, 2), [.. Swapped(7, 7), new PageMapping(Id, 0x3000, 2)], out swapped, out mappings));
        Assert.Equal((1, 2), (swapped, mappings));
        Assert.Null(MigrationCheck.Swapped(Mappings(1, 1), Mappings(1, 1), out swapped, out mappings));
        Assert.Equal((0, 0), (swapped, mappings));
    }

    [Fact]
    public void A_mapping_that_stayed_in_memory_when_its_page_went_to_swap_is_a_failure()
    {
        string said = MigrationCheck.Swapped(Mappings(1, 1, 1), [.. Swapped(7, 7), new PageMapping(Id, 0x3000, 1)], out _, out _)!;
        Assert.Contains("3 mappings of one page (frame 1): expected that all went to one place in swap, seen 2 in swap. Missed: 0x3000 of process 7.", said, StringComparison.Ordinal);
        said = MigrationCheck.Swapped(Mappings(1, 1, 1), [new PageMapping(Id, 0x1000, 1), .. Swapped(7, 7)], out _, out _)!;
        Assert.Contains("seen 2 in swap. Missed: 0x1000 of process 7.", said, StringComparison.Ordinal);
        said = MigrationCheck.Swapped(Mappings(1, 1, 1), Swapped(7, 8, 7), out _, out _)!;
        Assert.Contains("seen 3 in swap. Missed: 0x2000 of process 7.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Merged_pages_that_stay_when_another_goes_are_a_failure() =>
        Assert.Contains("2 mappings of merged pages: reclaim was asked 16 times and took none of them", MigrationCheck.NotSwapped(Mappings(1, 1), 16), StringComparison.Ordinal);

    [Fact]
    public void A_mapping_that_did_not_come_back_is_a_failure()
    {
        Assert.Null(MigrationCheck.BackInMemory(Mappings(1, 2)));
        Assert.Contains("1 of 2 mappings have no page in memory after they were read", MigrationCheck.BackInMemory(Mappings(1, null))!, StringComparison.Ordinal);
    }

    [Fact]
    public void Mappings_on_another_node_than_all_should_be_on_are_a_failure()
    {
        Assert.Null(MigrationCheck.OnNode(Mappings(8, 8), [1, 1], 1, "said"));
        string said = MigrationCheck.OnNode(Mappings(8, 8, 8), [1, 0, 1], 1, "move_pages(2) said EBUSY")!;
        Assert.Contains("expected all on node 1, seen 2 there", said, StringComparison.Ordinal);
        Assert.Contains("0x2000 of process 7, is on node 0 (move_pages(2) said EBUSY)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Contents_that_changed_are_a_failure_of_their_step()
    {
        Assert.Null(MigrationCheck.Contents(KsmMigrationStep.Merge, Mappings(1, 1), _ => true));
        string said = MigrationCheck.Contents(KsmMigrationStep.Mremap, Mappings(1, 1, 1), mapping => mapping.Address != 0x3000)!;
        Assert.StartsWith("Mremap:", said, StringComparison.Ordinal);
        Assert.Contains("1 of 3 mappings, the first at 0x3000 of process 7", said, StringComparison.Ordinal);
    }

    private static PageMapping[] Swapped(params long[] places) => [.. places.Select((place, page) => new PageMapping(Id, (page + 1) * 0x1000, null, place))];

    private static PageMapping[] Mappings(params long?[] frames) => [.. frames.Select((frame, page) => new PageMapping(Id, (page + 1) * 0x1000, frame))];
}
