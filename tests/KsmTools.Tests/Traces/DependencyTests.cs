using System.Reflection;
using System.Reflection.Emit;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;

namespace KsmTools.Tests.Traces;

/// <summary>Another module of the session may have loaded other versions of what this one uses.</summary>
public sealed class DependencyTests
{
    private const string Trace = "captures/6.12-native/ksm.trace.txt";

    /// <summary>What uses each library, and gives True.</summary>
    public static TheoryData<string, string> Uses => new()
    {
        { "HdrHistogram", $"(Measure-RmapWalk '{Checkout.Data(Trace)}').P50Nanoseconds -gt 0" },
        { "ZstdSharp", "@(Import-RmapTrace zstd.dat).Count -gt 0" },
        { "MathNet.Numerics", $"$null -ne (Compare-RmapWalk '{Checkout.Data(Trace)}' '{Checkout.Data(Trace)}').Verdict" },
        { "SkiaSharp", PngOf("$PWD") },
        { "System.IO.Hashing", "[KsmTools.Ksm.KsmStatus].Assembly.GetType('KsmTools.Tracing.TraceDat.TraceDatId').GetMethod('Of').Invoke($null, @('boot', 'mono', 'name')) -gt 0" },
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void An_older_library_of_somebody_else_does_no_harm(string library, string use)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "zstd.dat"), SyntheticFiles.Small(false, 8, 7, "zstd").Write());
        string older = Fake(folder, library, new Version(0, 1, 0, 0));
        ShellResult run = InPwsh(folder, $"[Reflection.Assembly]::LoadFrom('{older}').GetName().Version.Minor; Import-Module '{Checkout.Manifest}'; {use}");
        Assert.Equal("1\nTrue\n", run.Output + run.Errors);
    }

    [Fact]
    public void A_newer_SkiaSharp_that_is_not_like_ours_is_named()
    {
        using var folder = new TemporaryFolder();
        string newer = Fake(folder, "SkiaSharp", new Version(99, 0, 0, 0));
        ShellResult run = InPwsh(folder, $"$null = [Reflection.Assembly]::LoadFrom('{newer}'); Import-Module '{Checkout.Manifest}'; Export-RmapReport -Path r.png -InputObject '{Checkout.Data(Trace)}' 2>$null; \"$($Error[0])\"");
        Assert.Contains("SkiaSharp 99.0.0.0", run.Output, StringComparison.Ordinal);
    }

    // Managed and native part, both in use before: the native parts have the same name.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pictures_are_painted_beside_another_SkiaSharp_that_paints(bool inKsmsh)
    {
        string other = Path.Combine(AppContext.BaseDirectory, "Modules/SkiaSharp-2.88/SkiaSharp.dll");
        Assert.SkipUnless(File.Exists(Path.Combine(Path.GetDirectoryName(other)!, "libSkiaSharp.so")), "needs SkiaSharp 2.88 for this processor");
        using var folder = new TemporaryFolder();
        string script = $"Add-Type -Path '{other}'; $s = [SkiaSharp.SKSurface]::Create([SkiaSharp.SKImageInfo]::new(40, 40)); $s.Canvas.Clear([SkiaSharp.SKColors]::Red); $s.Snapshot().Encode().Size -gt 0; "
            + $"Import-Module '{Checkout.Manifest}'; {PngOf("$PWD")}; $s.Canvas.Clear([SkiaSharp.SKColors]::Blue); $s.Snapshot().Encode().Size -gt 0; [SkiaSharp.SKSurface].Assembly.GetName().Version.Major";
        ShellResult run = inKsmsh
            ? Ksmsh.RunAfter([], "-NoProfile", "-NonInteractive", "-Command", $"Set-Location '{folder.Path}'; {script}")
            : InPwsh(folder, script);
        Assert.Equal("True\nTrue\nTrue\n2\n", run.Output + run.Errors);
    }

    // In this process the tests' own copies are loaded.
    private static ShellResult InPwsh(TemporaryFolder folder, string script) =>
        Ksmsh.Finish(Ksmsh.Start(Pwsh.Command("-NoProfile", "-NonInteractive", "-Command", $"Set-Location '{folder.Path}'; {script}")));

    private static string PngOf(string folder) =>
        $"Export-RmapReport -Path (Join-Path \"{folder}\" walks.png) -InputObject '{Checkout.Data(Trace)}'; (Get-Item walks.png).Length -gt 10000";

    private static string Fake(TemporaryFolder folder, string name, Version version)
    {
        string path = Path.Combine(folder.Path, name + ".dll");
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType(name + ".Nothing", TypeAttributes.Public | TypeAttributes.Class).CreateType();
        assembly.Save(path);
        return path;
    }
}
