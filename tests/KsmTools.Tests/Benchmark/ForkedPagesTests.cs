using System.Diagnostics;
using System.Runtime.InteropServices;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Benchmark;

public sealed class ForkedPagesTests
{
    private const int Children = 20;

    [Theory]
    [InlineData(RmapPageType.Anon)]
    [InlineData(RmapPageType.File)]
    public void Every_process_maps_every_page_and_all_end_together(RmapPageType type)
    {
        Needs.Root();
        int id;
        using (ForkedPages pages = ForkedPages.Create(type, 3, Children, TestContext.Current.CancellationToken))
        {
            id = pages.Id;
            Assert.Equal((3, Children + 1), (pages.PageCount, pages.Mappings));
            ProcessPage[] found = [.. new ProcessPages(new KernelTree("/")).Read(id, pages.Address, 3, TestContext.Current.CancellationToken)];
            Assert.All(found, page => Assert.Equal((true, type, Children + 1L), (page.Present, page.PageType, page.ShareCount)));
            Assert.Equal(3, found.Select(page => page.PageFrame).Distinct().Count());
            Assert.Equal(Children, ChildrenOf(id).Length);
        }

        Assert.False(Directory.Exists($"/proc/{id}"));
        Assert.Empty(ChildrenOf(id));
    }

    [Fact]
    public void Of_pages_that_are_to_be_merged_each_process_has_its_own_equal_to_those_of_the_others()
    {
        Needs.Root();
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        using ForkedPages pages = ForkedPages.Create(RmapPageType.Ksm, 3, Children, TestContext.Current.CancellationToken);
        Assert.Equal((Children + 1, pages.Id), (pages.Ids.Distinct().Count(), pages.Ids[0]));
        Assert.Equal(ChildrenOf(pages.Id).Order(), pages.Ids.Skip(1).Order());
        var reader = new ProcessPages(new KernelTree("/"));
        long?[] frames = [.. pages.Ids.SelectMany(id => reader.ReadFrames(id, pages.Address, 3))];
        Assert.DoesNotContain(null, frames);
        Assert.Equal(3 * (Children + 1), frames.Distinct().Count());
        byte[][] contents = [.. pages.Ids.Select(id => Contents(id, pages.Address, 3))];
        Assert.All(contents, bytes => Assert.Equal(contents[0], bytes));
        Assert.Equal(3, contents[0].Chunk(Environment.SystemPageSize).Select(Convert.ToHexString).Distinct().Count());
    }

    // The program for the other processor, too, under qemu's user mode where it is installed.
    [Theory]
    [InlineData(Architecture.X64, "qemu-x86_64", true)]
    [InlineData(Architecture.Arm64, "qemu-aarch64", true)]
    [InlineData(Architecture.X64, "qemu-x86_64", false)]
    [InlineData(Architecture.Arm64, "qemu-aarch64", false)]
    public void The_program_says_where_its_pages_are_and_who_its_children_are(Architecture architecture, string emulator, bool areMerged)
    {
        Assert.SkipUnless(!areMerged || Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        bool native = RuntimeInformation.ProcessArchitecture == architecture;
        Assert.SkipUnless(native || File.Exists($"/usr/bin/{emulator}"), $"needs {emulator}");
        using var folder = new TemporaryFolder();
        string program = Path.Combine(folder.Path, "holder");
        File.WriteAllBytes(program, PageHolderImage.Make(architecture, 3L * Environment.SystemPageSize, Environment.SystemPageSize, 2, areMerged)!);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using Process holder = Process.Start(
            new ProcessStartInfo(native ? program : emulator, native ? [] : (string[])[program]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        long[] answers = [.. Enumerable.Range(0, 3).Select(_ => Read(holder.StandardOutput.BaseStream))];
        Assert.InRange(answers[0], int.MaxValue, long.MaxValue);
        Assert.Equal(0, answers[0] % Environment.SystemPageSize);
        Assert.Equal(ChildrenOf(holder.Id).Order(), answers.Skip(1).Select(answer => (int)answer).Order());
        holder.StandardInput.Close();
        Wait.Ended(holder);
        Assert.Equal(0, holder.ExitCode);
    }

    [Fact]
    public void No_children_are_one_process()
    {
        using ForkedPages pages = ForkedPages.Create(RmapPageType.Anon, 1, 0, TestContext.Current.CancellationToken);
        Assert.Equal(1, pages.Mappings);
        Assert.Empty(ChildrenOf(pages.Id));
    }

    [Fact]
    public void Processes_end_when_the_one_that_started_them_is_killed()
    {
        using Process shell = RealShell.Start("Invoke-RmapBenchmark Anon -Forked -Children 5 -Iterations 100000 -Source Elapsed -Trigger Compaction | Out-Null");
        int[] holders = [];
        try
        {
            Assert.SkipUnless(CurrentUser.IsRoot, "needs root");
            Wait.Until(() => (holders = HoldersOf(shell.Id)).Length == 6, "the processes did not come up", shell);
        }
        finally
        {
            shell.Kill();
            shell.WaitForExit();
        }

        Wait.Until(() => holders.All(IsGone), "processes are left");
    }

    private static long Read(Stream output)
    {
        byte[] answer = new byte[sizeof(long)];
        output.ReadExactly(answer);
        return BitConverter.ToInt64(answer);
    }

    private static byte[] Contents(int id, long address, int pageCount)
    {
        byte[] bytes = new byte[pageCount * Environment.SystemPageSize];
        using FileStream memory = File.OpenRead($"/proc/{id}/mem");
        memory.Position = address;
        memory.ReadExactly(bytes);
        return bytes;
    }

    // The first process that holds the pages, and those that it forked.
    private static int[] HoldersOf(int shell)
    {
        int[] first = ChildrenOf(shell);
        return [.. first, .. first.SelectMany(ChildrenOf)];
    }

    private static int[] ChildrenOf(int id) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out int child) ? child : 0)
            .Where(child => child > 0 && ParentOf(child) == id),
    ];

    // "pid (name) state parent ...": the name may hold anything, so count from its end.
    private static int ParentOf(int id)
    {
        try
        {
            string[] words = File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words[0] == "Z" ? 0 : int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static bool IsGone(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
