using KsmTools.Tests.Support;

namespace KsmTools.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void The_manifest_is_valid_and_loads()
    {
        using var host = new ModuleHost();
        Assert.Equal("KsmTools", host.Run("(Get-Module KsmTools).Name").Single<string>());
    }
}
