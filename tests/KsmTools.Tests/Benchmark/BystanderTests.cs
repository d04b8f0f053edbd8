using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Benchmark;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tests.Memory;
using KsmTools.Tests.Support;
using KsmTools.Views;

namespace KsmTools.Tests.Benchmark;

/// <summary>The threads beside walks: what they count, and what they do to a region.</summary>
public sealed class BystanderTests
{
    private const long Ms = 1_000_000;

    public static TheoryData<RmapPageType, bool> Regions => new(
        from type in (RmapPageType[])[RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File]
        from split in (bool[])[true, false]
        select (type, split));

    [Fact]
    public void Waiting_for_a_processor_is_no_waiting_for_a_walk()
    {
        var tally = new BystanderTally();
        tally.Add(30 * Ms, 29 * Ms);
        tally.Add(120 * Ms, 0);
        tally.Add(11 * Ms, 0);
        tally.Add(2 * Ms, 3 * Ms);
        RmapCallDurations calls = tally.Figures();
        Assert.Equal((4, 2, 2, 1), ((int)calls.Count, (int)calls.Beyond1Millisecond, (int)calls.Beyond10Milliseconds, (int)calls.Beyond100Milliseconds));
        Assert.Equal((120 * Ms, (1 + 120 + 11) * Ms, 32 * Ms), (calls.MaximumNanoseconds, calls.TotalNanoseconds, calls.RunDelayNanoseconds));
        Assert.InRange(calls.P50Nanoseconds!.Value, Ms, Ms + (Ms / 500));
    }

    [Fact]
    public void Where_the_kernel_does_not_say_what_was_waited_for_a_processor_nobody_knows()
    {
        var tally = new BystanderTally();
        tally.Add(3 * Ms, null);
        tally.Add(5 * Ms, 1);
        RmapCallDurations calls = tally.Figures();
        Assert.Null(calls.RunDelayNanoseconds);
        Assert.Equal(5 * Ms - 1, calls.MaximumNanoseconds);
        RmapCallDurations none = new BystanderTally().Figures();
        Assert.Equal((0L, null, null, null, null), (none.Count, none.MaximumNanoseconds, none.P50Nanoseconds, none.P99Nanoseconds, none.RunDelayNanoseconds));
    }

    [Fact]
    public void All_kinds_together_have_percentiles_of_their_own()
    {
        var record = new BystanderRecord();
        Assert.Equal((null, null, 0), (record.Maximum, record.Percentile(99), record.Calls().Length));
        for (int i = 1; i <= 98; i++)
        {
            record.Beside.Of(RmapBystanderCall.Mmap).Add(1000, 0);
        }

        record.Beside.Of(RmapBystanderCall.Touch).Add(7 * Ms, 0);
        record.Beside.Of(RmapBystanderCall.Touch).Add(9 * Ms, 0);
        record.Alone.Of(RmapBystanderCall.Mprotect).Add(4000, 0);
        Assert.Equal(9 * Ms, record.Maximum);
        Assert.InRange(record.Percentile(50)!.Value, 1000, 1001);
        Assert.InRange(record.Percentile(99)!.Value, 7 * Ms, 7.01 * Ms);
        Assert.Equal(
            [(RmapBystanderCall.Mprotect, 0L, 1L), (RmapBystanderCall.Mmap, 98L, 0L), (RmapBystanderCall.Touch, 2L, 0L)],
            record.Calls().Select(calls => (calls.Call, calls.Count, calls.WithoutWalks.Count)));
    }

    [Fact]
    public void Only_calls_count_that_begin_or_end_while_the_kernel_works()
    {
        var clock = new Stopwatch();
        var count = new BystanderCount();
        Assert.True(count.IsNow);
        count.Clock = clock;
        Assert.False(count.IsNow);
        clock.Start();
        Assert.True(count.IsNow);
        clock.Stop();
        Assert.False(count.IsNow);
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public void Neighbours_change_and_are_put_back_and_no_page_is_lost(RmapPageType pageType, bool split)
    {
        Assert.SkipUnless(pageType != RmapPageType.Ksm || Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with KSM");
        using var region = RmapRegion.Create(KernelTree.Running, pageType, 64, split, TestContext.Current.CancellationToken);
        int mappings = ProcessMaps.Of(region).Count;
        using (var neighbours = new NeighbourVmas(region))
        {
            Assert.Equal(58, neighbours.PageCount);
            int made = ProcessMaps.Of(region).Count;
            Assert.InRange(made, 6, 64);
            for (int round = 0; round < 5; round++)
            {
                neighbours.Protect();
                neighbours.Map();
                neighbours.Adapt();
                neighbours.Fault();

                // A page joins its neighbours while it is as they are.
                Assert.Equal(round % 2 == 0 ? made - 2 : made, ProcessMaps.Of(region).Count);
                Assert.True(region.TryTouch(0, region.PageCount));
            }

            neighbours.Protect();

            // Only what is as its neighbours are but for its protection is put on their anon_vma.
            Assert.Single(ProcessMaps.Details(region).Flags.Select(flags => string.Join(' ', flags.Split(' ').Except(["rd", "wr", "sd"]))).Distinct());
        }

        IReadOnlyList<ProcessMaps.Mapping> after = ProcessMaps.Of(region);
        Assert.Equal((region.Address, region.Address + region.ByteCount), (after[0].Start, after[^1].End));

        // What was mapped anew has no name of a file, or no offset, as the others have.
        Assert.InRange(after.Count, mappings, mappings + 2);
        Assert.True(region.TryTouch(0, region.PageCount));
    }

    [Fact]
    public void A_region_stays_mapped_while_a_thread_is_at_its_pages()
    {
        var region = RmapRegion.Create(KernelTree.Running, RmapPageType.Anon, 64, splitVma: true, TestContext.Current.CancellationToken);
        var bystander = new Bystander(region, target: null, touches: true);
        var record = new BystanderRecord();
        bystander.Count(record.Alone, TestContext.Current.CancellationToken);
        region.Dispose();
        Assert.NotEmpty(ProcessMaps.Of(region));
        Wait.Until(() => record.Alone.Of(RmapBystanderCall.Mprotect).Durations.Count > 100, "no calls were made");
        bystander.End(TestContext.Current.CancellationToken);
        bystander.Dispose();
        Assert.Empty(ProcessMaps.Of(region));
    }

    [Fact]
    public void A_thread_that_waits_for_its_processor_knows_it()
    {
        Assert.SkipUnless(File.Exists("/proc/thread-self/schedstat"), "needs a kernel with CONFIG_SCHED_INFO");
        using var delay = new ThreadRunDelay();
        Assert.SkipWhen(File.ReadAllText("/proc/thread-self/schedstat").StartsWith("0 0 ", StringComparison.Ordinal), "needs a kernel that counts (CONFIG_SCHEDSTATS)");
        long first = delay.Read()!.Value;
        Assert.InRange(first, 0, long.MaxValue);
        Assert.InRange(delay.Read()!.Value, first, long.MaxValue);
    }

    [Fact]
    public void The_longest_call_is_what_a_table_shows()
    {
        RmapBystanderCalls[] calls =
        [
            new(new() { Count = 1034, MaximumNanoseconds = 88_140_000 }) { Call = RmapBystanderCall.Mprotect, WithoutWalks = new() { Count = 97, MaximumNanoseconds = 32_110 } },
            new(new() { Count = 3, MaximumNanoseconds = 1000 }) { Call = RmapBystanderCall.Fault },
            new(new()) { Call = RmapBystanderCall.Touch },
        ];
        Assert.Equal("mprotect 88.14 ms", BystanderText.Longest(calls));
        Assert.Equal(string.Empty, BystanderText.Longest(null));
        Assert.Equal(string.Empty, BystanderText.Longest(calls[2..]));
        Assert.Equal("mprotect 88.14 ms", BystanderText.Longest(PSSerializer.Deserialize(PSSerializer.Serialize(calls, 3))));
        Assert.Equal(
            ["Mprotect: 88.14 ms at most in 1034 calls (without walks 32.11 µs)", "Fault: 1.00 µs at most in 3 calls", "Touch: no calls"],
            calls.Select(call => call.ToString()));
    }
}
