using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

public sealed class RmapRegionCommandTests : IDisposable
{
    private readonly ModuleHost _host = new();

    [Fact]
    public void A_region_is_made_and_removed()
    {
        RmapRegion region = _host.Run("$r = New-RmapRegion -PageType Anon -PageCount 64 -SplitVma; $r").Single<RmapRegion>();
        Assert.Equal((RmapPageType.Anon, 64, 64), (region.PageType, region.PageCount, region.VmaCount));
        Assert.Equal(64, ProcessMaps.Of(region).Count);
        Assert.Empty(_host.Run("Remove-RmapRegion $r").All<object>());
        Assert.Empty(ProcessMaps.Of(region));
    }

    [Fact]
    public void Several_regions_are_removed_from_the_pipeline_and_as_an_argument_and_again_without_harm()
    {
        IReadOnlyList<RmapRegion> regions = _host.Run("$r = 1..3 | ForEach-Object { New-RmapRegion Anon 8 }; $r").All<RmapRegion>();
        _host.Run("$r | Remove-RmapRegion").All<object>();
        Assert.All(regions, region => Assert.True(region.IsRemoved));
        regions = _host.Run("$r = 1..3 | ForEach-Object { New-RmapRegion File 8 }; $r").All<RmapRegion>();
        _host.Run("Remove-RmapRegion $r; Remove-RmapRegion -Region $r; $r | Remove-RmapRegion").All<object>();
        Assert.All(regions, region => Assert.True(region.IsRemoved));
    }

    [Fact]
    public void WhatIf_maps_and_unmaps_nothing()
    {
        int before = MappingCount.OfThisProcess();
        Assert.Empty(_host.Run("New-RmapRegion Anon 20000 -SplitVma -WhatIf").All<object>());
        Assert.InRange(MappingCount.OfThisProcess(), 0, before + 500);
        RmapRegion region = _host.Run("$r = New-RmapRegion Anon 8; Remove-RmapRegion $r -WhatIf; $r").Single<RmapRegion>();
        Assert.False(region.IsRemoved);
        region.Dispose();
    }

    [Fact]
    public void A_limit_ends_the_command_with_its_reason()
    {
        using var root = new TemporaryFolder();
        root.Write("/proc/sys/vm/max_map_count", "5000\n");
        using var host = new ModuleHost();
        Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", root.Path);
        try
        {
            host.Run("New-RmapRegion Anon 20000 -SplitVma; 'not reached'").Error(ErrorReason.MemoryInsufficient);
        }
        finally
        {
            Environment.SetEnvironmentVariable("KSMTOOLS_ROOT", null);
        }
    }

    [Theory]
    [InlineData("New-RmapRegion Anon 0")]
    [InlineData("New-RmapRegion Anon -1")]
    [InlineData("New-RmapRegion Nothing 1")]
    [InlineData("Remove-RmapRegion $null")]
    [InlineData("'text' | Remove-RmapRegion")]
    public void Bad_arguments_are_refused(string script) => Assert.Single(_host.Run(script).Errors);

    [Fact]
    public void The_views_show_sizes_and_addresses_for_people()
    {
        string table = RealShell.Run("New-RmapRegion Anon 256 | Format-Table | Out-String -Width 120");
        Assert.Matches(@"(?m)^Anon +256 +1\.0 MiB +1 0x[0-9a-f]+000 +\d+ False", table);
        string list = RealShell.Run("New-RmapRegion Anon 256 | Format-List | Out-String -Width 120");
        Assert.Matches(@"(?m)^ByteCount +: 1\.0 MiB", list);
        Assert.Matches(@"(?m)^Address +: 0x[0-9a-f]+000", list);
    }

    public void Dispose() => _host.Dispose();
}
