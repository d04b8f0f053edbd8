using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>What <c>/proc/vmstat</c> says of KSM pages that were copied.</summary>
public sealed class CopiesTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("nr_free_pages 1000\nksm_swpin_copy 3\ncow_ksm 1840931\nzswpin 0\n", 1840931L, 3L)]
    [InlineData("cow_ksm 7\nksm_swpin_copy 9223372036854775807", 7L, long.MaxValue)]
    [InlineData("nr_free_pages 1\nksm_swpin_copy 3\n", null, 3L)]
    [InlineData("not_cow_ksm 5\ncow_ksm_too 6\nxksm_swpin_copy 3\n", null, null)]
    [InlineData("", null, null)]
    [InlineData(null, null, null)]
    public void Two_lines_are_taken_and_null_is_what_the_kernel_does_not_count(string? vmstat, long? onWrite, long? atSwapIn)
    {
        if (vmstat is not null)
        {
            _tree.Put("proc/vmstat", vmstat);
        }

        KsmStatus status = new KsmStatusReader(_tree).Read();
        Assert.Equal((onWrite, atSwapIn), (status.CopiedOnWrite, status.SwapInCopies));
    }

    [Theory]
    [InlineData("18446744073709551615")]
    [InlineData("12x")]
    [InlineData("-1")]
    [InlineData("")]
    public void What_is_no_count_is_an_error(string count)
    {
        _tree.Put("proc/vmstat", $"nr_free_pages 1\ncow_ksm {count}\n");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(new KsmStatusReader(_tree).Read);
        Assert.Equal((ErrorReason.KernelIoError, _tree.Locate("/proc/vmstat")), (failure.Reason, failure.Target));
    }

    [Fact]
    public void The_running_kernels_are_those_that_it_shows()
    {
        Assert.SkipUnless(File.Exists("/proc/vmstat") && Directory.Exists("/sys/kernel/mm/ksm"), "needs /proc/vmstat and KSM");
        long? before = Shown("cow_ksm ");
        KsmStatus status = new KsmStatusReader(new KernelTree("/")).Read();
        Assert.Equal(before is null, status.CopiedOnWrite is null);
        Assert.True(before is null || (before <= status.CopiedOnWrite && status.CopiedOnWrite <= Shown("cow_ksm ")));
        Assert.Equal(Shown("ksm_swpin_copy ") is null, status.SwapInCopies is null);
    }

    [Fact]
    public void Rates_are_per_second_and_decide_the_diagnosis_of_a_sample()
    {
        _tree["run"] = "1";
        _tree["pages_shared"] = "79";
        _tree["pages_sharing"] = "19921";
        _tree["general_profit"] = "1";
        _tree.Put("proc/vmstat", "cow_ksm 1000\nksm_swpin_copy 10\n");
        var reader = new KsmStatusReader(_tree);
        KsmStatus before = reader.Read();
        Assert.Equal(KsmVerdict.Merging, before.Verdict);
        _tree.Put("proc/vmstat", "cow_ksm 6000\nksm_swpin_copy 60\n");
        KsmStatus after = reader.Read(before, TimeSpan.FromSeconds(2));
        Assert.Equal(KsmVerdict.BeingUndone, after.Verdict);
        var sample = KsmStatusSample.Between(before, after, TimeSpan.FromSeconds(2));
        Assert.Equal((2500, 25), (sample.CopiedOnWritePerSecond, sample.SwapInCopiesPerSecond));

        // One look knows of no rate, and a clock that stands gives none.
        Assert.Equal((KsmVerdict.Merging, KsmVerdict.Merging), (reader.Read().Verdict, reader.Read(before, TimeSpan.Zero).Verdict));
        _tree.Put("proc/vmstat", "nr_free_pages 1\n");
        sample = KsmStatusSample.Between(before, reader.Read(before, TimeSpan.FromSeconds(2)), TimeSpan.FromSeconds(2));
        Assert.Equal((null, null), (sample.CopiedOnWritePerSecond, sample.SwapInCopiesPerSecond));
        Assert.Equal(KsmVerdict.Merging, sample.Status.Verdict);
    }

    [Theory]
    [InlineData("0", "20", 60.0)]
    [InlineData("100", "120", 60.0)]
    [InlineData(null, null, 50.0)]
    public void Zero_pages_are_in_the_rate_of_merging(string? before, string? after, double rate)
    {
        _tree["ksm_zero_pages"] = before;
        KsmStatus first = new KsmStatusReader(_tree).Read();
        _tree["pages_shared"] = "10";
        _tree["pages_sharing"] = "90";
        _tree["ksm_zero_pages"] = after;
        Assert.Equal(rate, KsmStatusSample.Between(first, new KsmStatusReader(_tree).Read(), TimeSpan.FromSeconds(2)).PagesMergedPerSecond);
    }

    [Fact]
    public void A_captured_tree_is_looked_at_once()
    {
        _tree["pages_shared"] = "79";
        _tree.Put("proc/vmstat", "cow_ksm 1000\n");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Equal(1000, new KsmStatusReader(_tree).ReadTwice(cancelled.Token).CopiedOnWrite);
    }

    private static long? Shown(string start) =>
        File.ReadLines("/proc/vmstat").FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) is { } line ? long.Parse(line[start.Length..], null) : null;
}
