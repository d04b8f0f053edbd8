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
    public void No_children_are_one_process()
    {
        using ForkedPages pages = ForkedPages.Create(RmapPageType.Anon, 1, 0, TestContext.Current.CancellationToken);
        Assert.Equal(1, pages.Mappings);
        Assert.Empty(ChildrenOf(pages.Id));
    }

    [Fact]
    public void Processes_end_when_the_one_that_started_them_is_killed()
    {
        using System.Diagnostics.Process shell = RealShell.Start("Invoke-RmapBenchmark Anon -Forked -Children 5 -Iterations 100000 -Source Elapsed -Trigger Compaction | Out-Null");
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
