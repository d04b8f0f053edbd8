using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tests.Traces;

/// <summary>What makes a group of walks, and in which order groups come.</summary>
public sealed class GroupTests
{
    private const RmapGroupBy All = RmapGroupBy.PageType | RmapGroupBy.Command | RmapGroupBy.ThreadId | RmapGroupBy.Cpu | RmapGroupBy.Locked | RmapGroupBy.Caller;

    // Every combination once, in the order in which groups come.
    private static readonly RmapWalk[] Walks =
    [
        .. from type in new RmapPageType?[] { RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File, null }
           from command in new[] { "B", "a" }
           from thread in new[] { 1, 2 }
           from cpu in new[] { 0, 1 }
           from locked in new bool?[] { null, false, true }
           from caller in new[] { null, "F", "g" }
           select new RmapWalk { PageType = type, Command = command, ThreadId = thread, Cpu = cpu, Locked = locked, Caller = caller, DurationNanoseconds = 7 },
    ];

    [Fact]
    public void Groups_come_in_the_order_of_all_that_they_are_made_by()
    {
        RmapWalk[] shuffled = [.. Walks];
        new Random(1).Shuffle(shuffled);
        Assert.Equal(
            Walks.Select(walk => (walk.PageType, walk.Command, (int?)walk.ThreadId, (int?)walk.Cpu, walk.Locked, walk.Caller, 1L)),
            Measure(All, shuffled).Select(item => (item.PageType, item.Command!, item.ThreadId, item.Cpu, item.Locked, item.Caller, item.Count)));
    }

    [Theory]
    [InlineData(RmapGroupBy.None, 1)]
    [InlineData(RmapGroupBy.PageType, 4)]
    [InlineData(RmapGroupBy.Command, 2)]
    [InlineData(RmapGroupBy.ThreadId, 2)]
    [InlineData(RmapGroupBy.Cpu, 2)]
    [InlineData(RmapGroupBy.Locked, 3)]
    [InlineData(RmapGroupBy.Caller, 3)]
    [InlineData(RmapGroupBy.Cpu | RmapGroupBy.Caller, 6)]
    [InlineData(RmapGroupBy.ThreadId | RmapGroupBy.PageType, 8)]
    public void What_is_not_asked_for_makes_no_group(RmapGroupBy by, int groups)
    {
        IReadOnlyList<RmapWalkStatistics> found = Measure(by, Walks);
        Assert.Equal((groups, Walks.Length), (found.Count, found.Sum(item => item.Count)));
        Assert.Equal(by.HasFlag(RmapGroupBy.PageType), found.Any(item => item.PageType is not null));
        Assert.Equal(by.HasFlag(RmapGroupBy.Command), found.All(item => item.Command is not null));
        Assert.Equal(by.HasFlag(RmapGroupBy.ThreadId), found.All(item => item.ThreadId is not null));
        Assert.Equal(by.HasFlag(RmapGroupBy.Cpu), found.All(item => item.Cpu is not null));
        Assert.Equal(by.HasFlag(RmapGroupBy.Locked), found.Any(item => item.Locked is not null));
        Assert.Equal(by.HasFlag(RmapGroupBy.Caller), found.Any(item => item.Caller is not null));
    }

    // Nobody can add steps and nanoseconds up.
    [Fact]
    public void A_group_says_what_any_of_its_walks_says_and_has_one_unit()
    {
        IReadOnlyList<RmapWalkStatistics> found = Measure(
            RmapGroupBy.Cpu,
            new RmapWalk { Cpu = 0, Approximate = true, DurationNanoseconds = 1 },
            new RmapWalk { Cpu = 0, TimeUnit = RmapTimeUnit.Ticks, DurationNanoseconds = 1 },
            new RmapWalk { Cpu = 0, DurationNanoseconds = 1 },
            new RmapWalk { Cpu = 1, DurationNanoseconds = 1 });
        Assert.Equal([(true, RmapTimeUnit.Nanoseconds), (false, RmapTimeUnit.Ticks), (false, RmapTimeUnit.Nanoseconds)], found.Select(item => (item.Approximate, item.TimeUnit)));
    }

    // Of walks nobody knows what was lost; and what is left out is in no group.
    [Fact]
    public void Walks_that_are_not_wanted_are_left_out()
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable(), new RecordFilter { MinimumDuration = 10 });
        Assert.False(measurement.Add(new RmapWalk { DurationNanoseconds = 9 }));
        Assert.True(measurement.Add(new RmapWalk { DurationNanoseconds = 10 }));
        RmapWalkStatistics found = Assert.Single(measurement.Statistics());
        Assert.Equal((1, 10, null, null, null, null), (found.Count, found.MaximumNanoseconds, found.UnmatchedStarts, found.UnmatchedEnds, found.LostEvents, found.UnreadableEvents));
    }

    private static IReadOnlyList<RmapWalkStatistics> Measure(RmapGroupBy by, params RmapWalk[] walks)
    {
        var measurement = new RmapWalkMeasurement(by, new SymbolTable());
        Assert.All(walks, walk => Assert.True(measurement.Add(walk)));
        return measurement.Statistics();
    }
}
