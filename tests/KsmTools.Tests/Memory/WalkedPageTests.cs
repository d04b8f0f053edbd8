using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

/// <summary>An address without a page to walk is refused before any trigger is chosen: compaction would not miss it.</summary>
public sealed class WalkedPageTests : IDisposable
{
    private readonly ModuleHost _host = new();

    public static TheoryData<string, string> Triggers => new() { { string.Empty, "0x1000" }, { "-Trigger Compaction", "4097" }, { "-Trigger PageOut", "0x7ffffffffffff000" } };

    [Theory]
    [MemberData(nameof(Triggers))]
    public void Where_nothing_is_mapped(string trigger, string address) =>
        Assert.Contains("nothing mapped", Refused($"-Id $PID -Address {address} {trigger}"), StringComparison.Ordinal);

    [Theory]
    [InlineData(MemoryCalls.Read | MemoryCalls.Write, "not touched")]
    [InlineData(MemoryCalls.NoAccess, "PROT_NONE")]
    public void Where_something_is_mapped_and_no_page_is_there(int protection, string said)
    {
        using MappedRange range = Map(protection);
        Assert.Contains(said, Refused($"-Id $PID -Address {range.Address}"), StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void The_zero_page_of_the_kernel()
    {
        Needs.Root();
        using MappedRange range = Map(MemoryCalls.Read | MemoryCalls.Write);
        _ = MemoryCalls.Advise(range.Address, (nuint)Environment.SystemPageSize, MemoryCalls.NoHugePage);
        _ = Volatile.Read(ref *(byte*)range.Address);
        Assert.Contains("zero page", Refused($"-Id $PID -Address {range.Address}"), StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void Memory_of_the_kernels_own()
    {
        string? line = File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.EndsWith("[vdso]", StringComparison.Ordinal));
        Assert.SkipUnless(line is not null, "needs a vDSO");
        long address = long.Parse(line.Split('-')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        _ = Volatile.Read(ref *(byte*)address);
        Assert.Contains("kernel's own", Refused($"-Id $PID -Address {address}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_thread_has_no_memory()
    {
        Needs.Root();
        Assert.SkipUnless(File.Exists("/proc/2/comm") && File.ReadAllText("/proc/2/comm") == "kthreadd\n", "needs to see kthreadd");
        ModuleResult result = _host.Run("Invoke-RmapWalk -Id 2 -Address 0x1000 -Trigger Compaction");
        Assert.Empty(result.Output);
        Assert.Contains("kernel thread", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_others_of_a_pipeline_are_walked()
    {
        using MappedRange range = Map(MemoryCalls.Read | MemoryCalls.Write);
        ModuleResult result = _host.Run($"[pscustomobject]@{{ Id = $PID; Address = {range.Address} }}, [pscustomobject]@{{ Id = $PID; Address = 0x1000 }} | Invoke-RmapWalk; 'went on'");
        Assert.Equal(2, result.Errors.Count);
        Assert.Equal("went on", Assert.Single(result.Output).BaseObject);
    }

    public void Dispose() => _host.Dispose();

    private static MappedRange Map(int protection)
    {
        Assert.Equal(Errno.None, MappedRange.TryReserve(Environment.SystemPageSize, out MappedRange? range));
        Assert.Equal(0, MemoryCalls.Protect(range!.Address, (nuint)Environment.SystemPageSize, protection));
        return range;
    }

    private string Refused(string arguments)
    {
        ModuleResult result = _host.Run($"Invoke-RmapWalk {arguments}");
        Assert.Empty(result.Output);
        ErrorRecord error = result.Error(ErrorReason.PageNotFound);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Contains("Get-ProcessPage", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        return error.ToString();
    }
}
