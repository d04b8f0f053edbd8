using System.Reflection;
using System.Reflection.Emit;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Traces;

/// <summary>Another module of the session may have loaded another HdrHistogram.</summary>
public sealed class DependencyTests
{
    [Fact]
    public void An_older_HdrHistogram_of_somebody_else_does_no_harm()
    {
        using var folder = new TemporaryFolder();
        string older = Path.Combine(folder.Path, "HdrHistogram.dll");
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("HdrHistogram") { Version = new Version(1, 0, 0, 0) }, typeof(object).Assembly);
        assembly.DefineDynamicModule("HdrHistogram").DefineType("HdrHistogram.LongHistogram", TypeAttributes.Public | TypeAttributes.Class).CreateType();
        assembly.Save(older);

        // In this process the test's own copy is loaded.
        ShellResult run = Ksmsh.Finish(Ksmsh.Start(Pwsh.Command(
            "-NoProfile", "-NonInteractive", "-Command",
            $"[Reflection.Assembly]::LoadFrom('{older}').GetName().Version.Major; Import-Module '{Checkout.Manifest}'; (Measure-RmapWalk '{Checkout.Data("captures/6.12-native/ksm.trace.txt")}').P50Nanoseconds -gt 0")));
        Assert.Equal("1\nTrue\n", run.Output + run.Errors);
    }
}
