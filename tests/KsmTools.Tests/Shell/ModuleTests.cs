using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>KsmTools is at hand without being imported, and is the module that pwsh would import.</summary>
public sealed class ModuleTests
{
    [Theory]
    [InlineData("(Get-KsmStatus).GetType().FullName", "KsmTools.Ksm.KsmStatus")]
    [InlineData("(Get-Command Get-KsmStatus).Source", "KsmTools")]
    [InlineData("(Get-Module KsmTools).Name", "KsmTools")]
    [InlineData("[KsmTools.Ksm.KsmStatus].Name", "KsmStatus")]
    [InlineData("(Get-Help Get-KsmStatus).Name", "Get-KsmStatus")]
    [InlineData("try { ksmtools\\Get-KsmStatus | Out-Null } catch { 'missing' }; (Get-Module).Name", "KsmTools")]
    [InlineData("(TabExpansion2 'Get-KsmSt' 9).CompletionMatches.CompletionText", "Get-KsmStatus")]
    public void The_module_is_there_when_it_is_needed(string command, string expected)
    {
        ShellRun run = Ksmsh.RunIn(new() { ["KSMTOOLS_ROOT"] = null }, "-Command", command);
        Assert.Equal((expected + "\n", string.Empty), (run.Output, run.Errors));
    }

    [Fact]
    public void Importing_it_by_hand_gives_the_same_module_once()
    {
        ShellRun run = Ksmsh.Run(
            "-Command", $"Import-Module '{Checkout.Manifest}'; Test-KsmSupport | Out-Null; @(Get-Module KsmTools).Count; (Get-Module KsmTools).Path");
        Assert.Equal(["1", Path.Combine(Checkout.Root, "bin", "KsmTools.dll")], run.Lines);
    }

    [Fact]
    public void What_needs_no_module_gets_none()
    {
        string loaded = "[AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -contains 'KsmTools'";
        Assert.Equal(["1", "2", "False"], Ksmsh.Run("-Command", $"2,1 | Sort-Object; {loaded}").Lines);
        Assert.Equal(["True"], Ksmsh.Run("-Command", $"$null = Get-Command Get-KsmStatus; {loaded}").Lines);
    }

    [Fact]
    public void The_engine_is_the_PowerShell_that_the_module_asks_for()
    {
        ShellRun run = Ksmsh.Run("-Command", "$PSVersionTable.PSVersion -ge (Import-PowerShellDataFile '" + Checkout.Manifest + "').PowerShellVersion; $PSVersionTable.PSEdition");
        Assert.Equal(["True", "Core"], run.Lines);
    }
}
