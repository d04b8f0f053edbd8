using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Merge;
using KsmTools.Potential;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>Huge pages that are hardly used, beside what merging frees of them.</summary>
public sealed class HugeZeroTests(ITestOutputHelper output)
{
    private const int HugePages = 4;
    private const int Parts = 512;

    private const string Script = """
        my ($huge, $mmap, $madvise, $read, $prctl) = @ARGV;
        my $size = 2 << 20;
        my $at = syscall($mmap, 0, ($huge + 1) * $size, 3, 0x22, -1, 0);
        $at = ($at + $size - 1) & ~($size - 1);
        syscall($madvise, $at, $huge * $size, 14);
        pipe(my $out, my $in);
        for my $page (0..$huge - 1) {
            syswrite($in, 'x' x 4096);
            syscall($read, fileno($out), $at + $page * $size, 4096);
        }
        my $failed = syscall($prctl, 67, 1, 0, 0, 0);
        syswrite(STDOUT, $failed ? "no\n" : "$$\n");
        sysread(STDIN, my $end, 1);
        """;

    private static readonly KernelTree Kernel = KernelTree.Running;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Zeros_of_huge_pages_are_freed_by_the_split()
    {
        Needs.Ksm();
        Needs.Program("perl");
        Assert.SkipUnless(CurrentUser.HasCapability(CurrentUser.SysAdmin), "needs CAP_SYS_ADMIN to see page frames");
        Assert.SkipUnless(RealKsm.Read("run") == "0", "needs a ksmd that sleeps");
        Assert.SkipUnless(Kernel.Exists("/sys/kernel/mm/transparent_hugepage/shrink_underused"), "needs a kernel that frees unused parts of huge pages");
        string[] calls = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ["9", "28", "0", "157"] : ["222", "233", "63", "167"];
        using Process process = Process.Start(new ProcessStartInfo("perl", ["-e", Script, $"{HugePages}", .. calls]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.SkipUnless(int.TryParse(process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out int id), "needs a kernel with PR_SET_MEMORY_MERGE");
            Assert.SkipUnless(HugeKilobytes(id) == HugePages << 11, "needs huge pages");
            KsmPotential said = new KsmPotentialMeasurement(Kernel).Measure([id], (_, failure) => throw failure, null, Stop).Single();
            long before = Resident(id);
            _ = new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [id] }).Run("Test", null, Stop);
            Assert.SkipUnless(HugeKilobytes(id) == 0, "others kept the huge pages from being split");
            long freed = before - Resident(id);
            output.WriteLine($"said {said.SavedPages} ({said.LowerSavedBytes}..{said.UpperSavedBytes}), freed {freed}");

            // The equal parts of the huge pages stay resident, and are one frame.
            Assert.InRange(freed, HugePages * (Parts - 1), (HugePages * Parts) + 40);
            Assert.InRange(said.SavedPages, freed, freed + HugePages + 60);
            Assert.InRange(said.ExpectedSavedBytes, said.LowerSavedBytes!.Value, said.UpperSavedBytes!.Value);
            Assert.InRange(said.MetadataBytes, 64, (said.EligiblePages - (HugePages * (Parts - 1))) * 64);
        }
        finally
        {
            process.StandardInput.Dispose();
            process.WaitForExit();
        }
    }

    private static long HugeKilobytes(int id) =>
        long.Parse(File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith("AnonHugePages:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null);

    // Pages that it maps; the kernel's zero page is none.
    private static long Resident(int id) =>
        long.Parse(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(null as char[], StringSplitOptions.RemoveEmptyEntries)[1], null) / 4;
}
