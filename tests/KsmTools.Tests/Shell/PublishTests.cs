using System.Diagnostics;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>ksmsh as a program for another kind of machine, with its own .NET.</summary>
public sealed class PublishTests
{
    private const ushort Arm64 = 183; // EM_AARCH64, elf.h

    [Fact]
    public void It_is_published_for_the_other_processor_with_all_that_it_needs()
    {
        // In a copy: what restoring for another machine leaves behind would be in the way of the checkout's next build.
        using var folder = new TemporaryFolder();
        string copy = Path.Combine(folder.Path, "checkout");
        string published = Path.Combine(folder.Path, "published");
        Run("sh", "-c", "mkdir \"$1\" && tar -C \"$0\" --exclude=bin --exclude=obj --exclude=Corpus -cf - src Module KsmTools.psd1 LICENSE THIRD-PARTY-NOTICES.md .editorconfig global.json Directory.Build.props Directory.Packages.props | tar -C \"$1\" -xf -", Checkout.Root, copy);
        Run("dotnet", "publish", Path.Combine(copy, "src/KsmTools.Shell"), "-r", "linux-arm64", "--self-contained", "-o", published, "--nologo", "-p:RunAnalyzers=false");

        byte[] program = File.ReadAllBytes(Path.Combine(published, "ksmsh"));
        Assert.Equal(Arm64, BitConverter.ToUInt16(program, 18));
        Assert.All(["libcoreclr.so", "System.Management.Automation.dll", "Modules/Microsoft.PowerShell.Utility/Microsoft.PowerShell.Utility.psd1"], file => Assert.True(File.Exists(Path.Combine(published, file)), file));
        Assert.Equal("ksmsh", new FileInfo(Path.Combine(published, "pwsh")).LinkTarget);
        string module = Path.Combine(published, "Own/KsmTools");
        Assert.Equal(
            [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "bin"), "*.dll", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Checkout.Root, file)).Order()],
            Directory.EnumerateFiles(Path.Combine(module, "bin"), "*.dll", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(module, file)).Order());
        Assert.All(["KsmTools.psd1", "LICENSE", "THIRD-PARTY-NOTICES.md", "en-US/KsmTools.dll-Help.xml", "Module/Checks", "bin/Dependencies/linux-arm64"], part => Assert.True(Path.Exists(Path.Combine(module, part)), part));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(published, "*", SearchOption.AllDirectories), file => Path.GetFileName(file) is "mi.dll" or "win" or "win-x64" or "miutils.dll");
    }

    private static void Run(string program, params string[] arguments)
    {
        ShellResult run = Ksmsh.Finish(Ksmsh.Start(new ProcessStartInfo(program, arguments)), TimeSpan.FromMinutes(15));
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
    }
}
