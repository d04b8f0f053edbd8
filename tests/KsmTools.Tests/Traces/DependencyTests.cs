using System.Diagnostics;
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
        string? pwsh = Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(folder => Path.Combine(folder, "pwsh")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(pwsh is not null, "needs pwsh on PATH: in this process the test's own copy is loaded");
        using var folder = new TemporaryFolder();
        string older = Path.Combine(folder.Path, "HdrHistogram.dll");
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("HdrHistogram") { Version = new Version(1, 0, 0, 0) }, typeof(object).Assembly);
        assembly.DefineDynamicModule("HdrHistogram").DefineType("HdrHistogram.LongHistogram", TypeAttributes.Public | TypeAttributes.Class).CreateType();
        assembly.Save(older);

        var start = new ProcessStartInfo(pwsh!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[
            "-NoProfile", "-NonInteractive", "-Command",
            $"[Reflection.Assembly]::LoadFrom('{older}').GetName().Version.Major; Import-Module '{Checkout.Manifest}'; (Measure-RmapWalk '{Checkout.Data("captures/6.12-native/ksm.trace.txt")}').P50Nanoseconds -gt 0"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("1\nTrue\n", output);
    }
}
