using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

/// <summary>What the kernel would answer with ENOMEM and nothing else is said before.</summary>
public sealed class ProcessMemoryLimitTests : IDisposable
{
    private const int Pages = 1000;

    private readonly MemoryTree _tree = new();

    [Theory]
    [InlineData("Max address space         10000000             unlimited            bytes", RmapPageType.Anon, "RLIMIT_AS")]
    [InlineData("Max address space         10000000             unlimited            bytes", RmapPageType.File, "RLIMIT_AS")]
    [InlineData("Max data size             5000000              unlimited            bytes", RmapPageType.Anon, "RLIMIT_DATA")]
    [InlineData("Max data size             5000000              unlimited            bytes", RmapPageType.File, null)]
    [InlineData("Max data size             unlimited            unlimited            bytes", RmapPageType.Anon, null)]
    [InlineData("Max data size             500000000            unlimited            bytes", RmapPageType.Anon, null)]
    public void Limits_of_the_process(string limits, RmapPageType pageType, string? expected)
    {
        Assert.SkipUnless(Environment.SystemPageSize == 4096, "the sizes are of pages of 4 KiB");
        _tree.Put("/proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \n" + limits + "     \n")
            .Put("/proc/self/status", "VmSize:\t    8000 kB\nVmData:\t    4000 kB\n");
        KsmToolsException? failure = Refused(pageType);
        Assert.Equal(expected, failure?.Target);
        if (failure is not null)
        {
            Assert.Contains("4,096,000", failure.Message, StringComparison.Ordinal);
            Assert.Contains("ulimit", failure.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2", "10000", true)]
    [InlineData("2", "4000", false)]
    [InlineData("0", "10000", false)]
    public void Strict_accounting(string mode, string committed, bool isRefused)
    {
        _tree.Put("/proc/sys/vm/overcommit_memory", mode + "\n").Put("/proc/meminfo", $"MemAvailable:    900000 kB\nCommitLimit:     10100 kB\nCommitted_AS:    {committed} kB\n");
        KsmToolsException? failure = Refused(RmapPageType.Anon);
        Assert.Equal(isRefused, failure is not null);
        Assert.Equal(isRefused, failure?.Message.Contains("Committed_AS", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void A_real_limit()
    {
        Needs.Program("prlimit");
        ShellResult run = Ksmsh.RunAfter(["prlimit", "--data=1500000000"], "-NoProfile", "-NonInteractive", "-Command", "try { New-RmapRegion Anon 400000 } catch { \"$($_.FullyQualifiedErrorId) $_\" }; (New-RmapRegion Anon 1000).PageCount");
        Assert.StartsWith("MemoryInsufficient,", run.Output, StringComparison.Ordinal);
        Assert.Contains("RLIMIT_DATA", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("1000", run.Output.Trim(), StringComparison.Ordinal);
    }

    public void Dispose() => _tree.Dispose();

    private KsmToolsException? Refused(RmapPageType pageType)
    {
        try
        {
            RmapRegion.Create(_tree.Kernel, pageType, Pages, splitVma: false, TestContext.Current.CancellationToken).Dispose();
            return null;
        }
        catch (KsmToolsException failure)
        {
            Assert.Equal(ErrorReason.MemoryInsufficient, failure.Reason);
            return failure;
        }
    }
}
