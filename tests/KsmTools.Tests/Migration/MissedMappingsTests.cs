using KsmTools.Files;
using KsmTools.Migration;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Migration;

/// <summary>What is said of mappings that a walk did not come to.</summary>
public sealed class MissedMappingsTests
{
    [Fact]
    public void Mappings_that_a_walk_has_not_come_to_are_named_by_address_and_process()
    {
        string said = MissedMappings.Sentence([.. Mappings(8, 8, 8, 8), new PageMapping(9, 0x7000, 8)], new Dictionary<long, int> { [0x2000] = 1 });
        Assert.Contains("missed 4 of 5 mappings", said, StringComparison.Ordinal);
        Assert.EndsWith(": 0x1000 of process 7; 0x3000 to 0x4000 of process 7; 0x7000 of process 9.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_address_that_several_processes_have_it_is_said_how_many_were_missed()
    {
        PageMapping[] page = [.. new[] { 9, 7, 8 }.Select(id => new PageMapping(id, 0x1000, 5)), new(7, 0x2000, 5)];
        string said = MissedMappings.Sentence(page, new Dictionary<long, int> { [0x1000] = 1, [0x2000] = 1 });
        Assert.Contains("missed 2 of 4 mappings", said, StringComparison.Ordinal);
        Assert.EndsWith(": 0x1000 of 2 of the processes 7, 8, 9.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_missed_mappings_the_first_are_named()
    {
        string said = MissedMappings.Sentence([.. Enumerable.Range(1, 7).Select(id => new PageMapping(id, 0x1000, 5))], new Dictionary<long, int>());
        Assert.Contains("missed 7 of 7 mappings", said, StringComparison.Ordinal);
        Assert.EndsWith("0x1000 of process 5; and 2 more.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_that_found_everything_is_not_what_keeps_a_page() =>
        Assert.Contains("found all 2 mappings", MissedMappings.Sentence(Mappings(8, 8), new Dictionary<long, int> { [0x1000] = 1, [0x2000] = 1 }), StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_can_be_traced_that_is_said_and_the_verdict_stands()
    {
        using var folder = new TemporaryFolder();
        string? said = MissedMappings.Explain(new KernelTree(folder.Path), Mappings(8, 8), 1, "test", TestContext.Current.CancellationToken);
        Assert.Contains("could not be traced: ", said, StringComparison.Ordinal);
    }

    private static PageMapping[] Mappings(params long?[] frames) => [.. frames.Select((frame, page) => new PageMapping(7, (page + 1) * Environment.SystemPageSize, frame))];
}
