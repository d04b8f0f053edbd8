using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Records;

namespace KsmTools.Tests.KsmProcesses;

public sealed class KsmProcessReaderTests : IDisposable
{
    private readonly FakeProcesses _fake = new();

    [Fact]
    public void Both_styles_of_lines_are_read()
    {
        _fake.Add(
            41,
            "qemu-system-x86",
            "ksm_rmap_items 20000\nksm_zero_pages 3\nksm_merging_pages 19921\nksm_process_profit 80316416\nksm_merge_any: yes\nksm_mergeable: no\n",
            "19921\n");
        KsmProcess process = Read(41);
        Assert.Equal((20_000L, 3L, 19_921L, 80_316_416L), (process.RmapItems, process.ZeroPages, process.MergingPages, process.Profit));
        Assert.Equal((true, false), (process.MergeAny, process.Mergeable));
        Assert.Equal(20_000L * 64, process.MetadataBytes);
        Assert.True(process.UsesKsm());
    }

    [Fact]
    public void A_kernel_without_ksm_stat_gives_merging_pages_only()
    {
        _fake.Add(7, "old", mergingPages: "12\n");
        KsmProcess process = Read(7);
        Assert.Equal(12, process.MergingPages);
        Assert.Null(process.RmapItems);
        Assert.Null(process.ZeroPages);
        Assert.Null(process.Profit);
        Assert.Null(process.MetadataBytes);
        Assert.Null(process.MergeAny);
        Assert.Null(process.Mergeable);
        Assert.True(process.UsesKsm());
    }

    [Fact]
    public void A_6_1_kernel_has_the_items_in_one_file_and_the_pages_in_the_other()
    {
        _fake.Add(7, "old", "ksm_rmap_items 5\n", "4\n");
        KsmProcess process = Read(7);
        Assert.Equal((5L, 4L, (long?)null), (process.RmapItems, process.MergingPages, process.Profit));
    }

    [Fact]
    public void Profit_can_be_negative_and_unknown_lines_are_kept_as_they_are()
    {
        _fake.Add(9, "loss", "ksm_rmap_items 100\nksm_merging_pages 0\nksm_process_profit -6400\nksm_new_thing: maybe 3\n\n");
        KsmProcess process = Read(9);
        Assert.Equal((-6400L, 0L, (long?)null), (process.Profit, process.MergingPages, process.ZeroPages));
        Assert.Equal([new("ksm_new_thing", "maybe 3")], process.Other);
    }

    [Fact]
    public void Lines_of_later_kernels_keep_their_order_and_values()
    {
        _fake.Add(9, "new", "ksm_zz 1\nksm_rmap_items 100\nksm_pages_sharing 40\nksm_merging_pages 50\nksm_aa:\tno more\nksm_flag\n");
        KsmProcess process = Read(9);
        Assert.Equal([new("ksm_zz", "1"), new("ksm_pages_sharing", "40"), new("ksm_aa", "no more"), new("ksm_flag", "")], process.Other);
        Assert.Equal((100L, 50L), (process.RmapItems, process.MergingPages));
    }

    [Fact]
    public void Without_such_lines_there_is_one_empty_dictionary_for_all()
    {
        _fake.Add(9, "a", "ksm_rmap_items 1\nksm_merging_pages 0\n").Add(10, "b", mergingPages: "1\n");
        Assert.Empty(Read(9).Other);
        Assert.Same(Read(9).Other, Read(10).Other);
    }

    [Fact]
    public void A_word_that_is_neither_yes_nor_no_is_kept_and_hides_nothing()
    {
        _fake.Add(9, "odd", "ksm_rmap_items 3\nksm_merging_pages 2\nksm_merge_any: inherited\nksm_mergeable: perhaps\n");
        KsmProcess process = Read(9);
        Assert.Equal((3L, 2L, (bool?)null, (bool?)null), (process.RmapItems, process.MergingPages, process.MergeAny, process.Mergeable));
        Assert.Equal([new("ksm_merge_any", "inherited"), new("ksm_mergeable", "perhaps")], process.Other);
    }

    [Fact]
    public void Of_a_tree_that_lacks_some_processes_the_others_are_read()
    {
        _fake.Add(1, "init").Add(7, "good", "ksm_merging_pages 4\n").Add(9, "damaged", "ksm_merging_pages four\n").Add(11, "old", mergingPages: "2\n");
        var unread = new KsmUnreadProcesses(_fake.Reader);
        Assert.Equal([7, 11], _fake.Reader.ReadAll(unread.Add).Select(process => process.Id));
        Assert.Contains("(1): 1 (init).", unread.Lacking!.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorReason.KernelIoError, Assert.Single(unread.Failures).Reason);

        KsmToolsException failure = _fake.Reader.Find(1, out _)!;
        Assert.Equal(ErrorReason.ProcessNotFound, failure.Reason);
        Assert.Contains("1 (init)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kernel", failure.Message.Replace(_fake.Path, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_that_are_lacking_the_first_are_named_and_all_counted()
    {
        _fake.Add(5000, "good", "ksm_merging_pages 4\n");
        foreach (int id in Enumerable.Range(1, 1203))
        {
            _fake.Write(id, "stat", "");
        }

        _fake.Write(2, "comm", "two\n");
        var unread = new KsmUnreadProcesses(_fake.Reader);
        Assert.Single(_fake.Reader.ReadAll(unread.Add));
        Assert.Contains("(1,203): 1, 2 (two), 3, 4, 5 and 1,198 more.", unread.Lacking!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_pages_printed_as_unsigned_below_zero_are_below_zero()
    {
        _fake.Add(9, "race", "ksm_rmap_items 1\nksm_zero_pages 18446744073709551615\nksm_merging_pages 0\n");
        Assert.Equal(-1, Read(9).ZeroPages);
    }

    [Theory]
    [InlineData("ksm_rmap_items many\n")]
    [InlineData("ksm_rmap_items 99999999999999999999\n")]
    [InlineData("ksm_zero_pages none\n")]
    public void A_value_that_no_kernel_writes_is_an_error_that_shows_it(string stat)
    {
        _fake.Add(9, "odd", stat);
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => _fake.Reader.TryRead(9, out _));
        Assert.Equal(ErrorReason.KernelIoError, failure.Reason);
        Assert.Contains(stat.Split(' ')[1].Trim(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_is_gone_and_a_kernel_that_says_nothing_are_told_apart()
    {
        _fake.Add(9, "plain");
        Assert.Equal(Errno.ESRCH, _fake.Reader.TryRead(10, out _));
        Assert.Equal(Errno.ENOSYS, _fake.Reader.TryRead(9, out _));
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => _fake.Reader.ReadAll((_, _) => { }).Count());
        Assert.Equal(ErrorReason.KsmNotSupported, failure.Reason);
    }

    [Fact]
    public void A_kernel_thread_has_no_counters()
    {
        _fake.Add(2, "kthreadd", string.Empty, string.Empty);
        KsmProcess process = Read(2);
        Assert.False(process.HasMemory());
        Assert.False(process.UsesKsm());
        Assert.Null(process.MergingPages);
    }

    [Theory]
    [InlineData("short", "/usr/bin/other\0", "short")]
    [InlineData("systemd-journal", "/lib/systemd/systemd-journald\0--flag\0", "systemd-journald")]
    [InlineData("a-long-script-n", "/usr/bin/python3\0/opt/a-long-script-name.py\0", "a-long-script-name.py")]
    [InlineData("Web Content: ab", "/usr/bin/browser\0", "Web Content: ab")]
    public void Names_are_those_of_Get_Process(string command, string arguments, string expected)
    {
        _fake.Add(5, command, "ksm_merging_pages 0\n");
        _fake.Write(5, "cmdline", arguments);
        Assert.Equal(expected, Read(5).Name);
    }

    [Fact]
    public void Ids_come_in_order_and_other_folders_do_not_count()
    {
        _fake.Add(300, "c").Add(20, "b").Add(1, "a");
        Directory.CreateDirectory(Path.Combine(_fake.Path, "proc", "sys"));
        Directory.CreateDirectory(Path.Combine(_fake.Path, "proc", "20x"));
        Assert.Equal([1, 20, 300], _fake.Reader.ListIds());
    }

    [Fact]
    public void A_region_makes_this_process_mergeable()
    {
        Assert.SkipUnless(File.Exists("/proc/self/ksm_stat"), "needs a kernel with /proc/pid/ksm_stat");
        var reader = new KsmProcessReader(new KernelTree("/"));
        Assert.Equal(Errno.None, reader.TryRead(Environment.ProcessId, out KsmProcess? before));
        Assert.SkipUnless(before!.Mergeable is not null, "needs a kernel with ksm_mergeable");
        using (RmapRegion.Create(new KernelTree("/"), RmapPageType.Ksm, 4, splitVma: false, TestContext.Current.CancellationToken))
        {
            Assert.Equal(Errno.None, reader.TryRead(Environment.ProcessId, out KsmProcess? during));
            Assert.True(during!.Mergeable);
            Assert.True(during.UsesKsm());
        }

        using var self = System.Diagnostics.Process.GetCurrentProcess();
        Assert.Equal(self.ProcessName, before.Name);
    }

    [Fact]
    public void Processes_that_end_between_listing_and_reading_are_passed_over()
    {
        using var ended = System.Diagnostics.Process.Start("true");
        ended.WaitForExit();
        var reader = new KsmProcessReader(new KernelTree("/"));
        Assert.SkipUnless(File.Exists("/proc/self/ksm_stat"), "needs a kernel with /proc/pid/ksm_stat");
        Assert.Equal(Errno.ESRCH, reader.TryRead(ended.Id, out _));
        IEnumerable<KsmProcess> read = reader.Read([ended.Id, Environment.ProcessId], (id, failure) => Assert.Fail($"{id}: {failure.Message}"));
        Assert.Equal(Environment.ProcessId, Assert.Single(read).Id);
    }

    [Fact]
    public void A_process_that_ends_with_its_file_open_is_ESRCH()
    {
        Assert.SkipUnless(File.Exists("/proc/self/ksm_stat"), "needs a kernel with /proc/pid/ksm_stat");
        using var process = System.Diagnostics.Process.Start("sleep", "60");
        Assert.Equal(Errno.None, KernelFile.TryOpen(KernelTree.Running, $"/proc/{process.Id}/ksm_stat", out KernelFile? file));
        using (file)
        {
            process.Kill();
            process.WaitForExit();
            Assert.Equal(Errno.ESRCH, file!.TryRead(new byte[100], 0, out _));
        }
    }

    public void Dispose() => _fake.Dispose();

    private KsmProcess Read(int id)
    {
        Assert.Equal(Errno.None, _fake.Reader.TryRead(id, out KsmProcess? process));
        Assert.Equal(id, process!.Id);
        return process;
    }
}
