using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;
using KsmTools.Memory.Forked;
using KsmTools.Merge;
using KsmTools.Potential;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Potential;

/// <summary>Measurements of processes whose pages are known: a small program that holds equal pages, and hardly any others.</summary>
public sealed class PotentialTests
{
    private const ulong Word = 0x4b53_4d20_7365_6372;
    private const int OwnPages = 40;

    private static readonly KernelTree Kernel = new("/");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_saving_of_a_known_region_is_what_merging_it_saves()
    {
        NeedKnobs();
        const int Equal = 20_000;
        const int Distinct = 5_000;
        using MergeableHolder holder = Hold(Equal + Distinct);
        MakeDistinct(holder, Distinct);
        KsmPotential before = Measure(1, holder.Id).Single();
        Assert.InRange(before.EligiblePages, Equal + Distinct, Equal + Distinct + OwnPages);
        Assert.Equal(before.EligiblePages, before.PagesRead);
        Assert.InRange(before.DuplicatePages, Equal - 1, Equal - 1 + OwnPages);
        Assert.InRange(before.MergeablePages, Equal + Distinct, before.EligiblePages);
        Assert.Equal(before.EligiblePages * 64, before.MetadataBytes);
        Assert.StartsWith("Start-Ksm", before.EnableCommand, StringComparison.Ordinal);

        KsmMergeResult merge = new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [holder.Id] }).Run("Test", null, Stop);
        Assert.True(merge.Converged);
        // What was freed, by the frames that are left, and as the kernel counts it for the process; the machine's counters are everybody's.
        long freed = Equal + Distinct - Frames(holder, Equal + Distinct);
        Assert.InRange(before.SavedPages, freed * 0.99, freed * 1.01);
        long profit = Read(holder.Id).Profit!.Value;
        Assert.InRange(before.ExpectedSavedBytes, profit * 0.99, profit * 1.01);
        long frames = Frames(holder, Equal + Distinct);

        KsmPotential after = Measure(1, holder.Id).Single();
        Assert.Equal(Equal, after.AlreadyMergedPages);
        Assert.InRange(after.SavedPages, 0, OwnPages);
        Assert.InRange(after.MetadataBytes, 0, OwnPages * 64);
        Assert.Equal(frames, Frames(holder, Equal + Distinct));
        Assert.Equal(Equal, Read(holder.Id).MergingPages);
        RealKsm.Empty();
    }

    [Fact]
    public void Zero_pages_are_all_saved_where_the_kernel_uses_its_own()
    {
        NeedKnobs();
        const int Count = 5_000;
        using MergeableHolder holder = Hold(Count, 0);
        string former = RealKsm.Read("use_zero_pages");
        try
        {
            File.WriteAllText("/sys/kernel/mm/ksm/use_zero_pages", "0");
            KsmPotential ordinary = Measure(1, holder.Id).Single();
            Assert.InRange(ordinary.SavedPages, Count - Kept(ordinary, Count), Count + OwnPages);
            Assert.InRange(ordinary.ZeroPages, Count, Count + OwnPages);
            File.WriteAllText("/sys/kernel/mm/ksm/use_zero_pages", "1");
            KsmPotential special = Measure(1, holder.Id).Single();
            Assert.True(special.UseZeroPages);
            Assert.InRange(special.SavedPages, Count, Count + OwnPages);
            _ = new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [holder.Id] }).Run("Test", null, Stop);
            long zero = Read(holder.Id).ZeroPages!.Value;
            Assert.InRange(special.SavedPages, zero * 0.99, zero * 1.01);
            long profit = Read(holder.Id).Profit!.Value;
            Assert.InRange(special.ExpectedSavedBytes, profit * 0.99, profit * 1.01);

            // Those that map the kernel's page now are no pages that KSM could know.
            Assert.InRange(Measure(1, holder.Id).Single().EligiblePages, 0, OwnPages);
        }
        finally
        {
            RealKsm.Empty();
            File.WriteAllText("/sys/kernel/mm/ksm/use_zero_pages", former);
        }
    }

    [Fact]
    public void Processes_share_what_they_save_together()
    {
        NeedKsm();
        const int Count = 3_000;
        using MergeableHolder first = Hold(Count);
        using MergeableHolder second = Hold(2 * Count);
        IReadOnlyList<KsmPotential> results = Measure(1, second.Id, first.Id);
        KsmPotential all = results[^1];
        Assert.Equal((KsmPotentialScope.All, null, null), (all.Scope, all.Id, all.Name));
        Assert.Equal(new int?[] { first.Id, second.Id }, results.SkipLast(1).Select(result => result.Id));
        Assert.InRange(all.SavedPages, (3 * Count) - Kept(all, 3 * Count), (3 * Count) - Kept(all, 3 * Count) + (2 * OwnPages));
        Assert.Equal(results.SkipLast(1).Sum(result => result.SavedPages), all.SavedPages);
        Assert.Equal(results.SkipLast(1).Sum(result => result.DuplicatePages), all.DuplicatePages);
        Assert.InRange(results[1].SavedPages / (double)results[0].SavedPages, 1.95, 2.05);
        Assert.Equal(results.SkipLast(1).Sum(result => result.PagesRead), all.PagesRead);
    }

    [Fact]
    public void Pages_that_fork_shares_are_not_saved_twice()
    {
        NeedKsm();
        Assert.SkipUnless(CurrentUser.HasCapability(CurrentUser.SysAdmin), "needs CAP_SYS_ADMIN to see page frames");
        const int Count = 2_000;
        using MergeableHolder holder = Hold(Count);
        int child = holder.Fork(Stop);
        IReadOnlyList<KsmPotential> results = Measure(1, holder.Id, child);
        Assert.InRange(results[^1].EligiblePages, 2 * Count, (2 * Count) + (2 * OwnPages));
        Assert.InRange(results[^1].SavedPages, Count - Kept(results[^1], 2 * Count), Count + OwnPages);
        Assert.InRange(results[0].SavedPages - results[1].SavedPages, -OwnPages, OwnPages);

        // Reading must not give either a copy.
        var pages = new ProcessPages(Kernel);
        Assert.Equal(pages.ReadFrames(holder.Id, holder.Address, Count), pages.ReadFrames(child, holder.Address, Count));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public void A_sample_says_about_the_same(double share)
    {
        NeedKsm();
        using MergeableHolder holder = Hold(25_000);
        MakeDistinct(holder, 5_000);
        KsmPotential result = Measure(share, holder.Id).Single();
        Assert.True(result.Estimated);

        // Which pages are drawn is different every time. Six standard deviations are passed once in five hundred million draws.
        double read = 6 * Math.Sqrt(25_000 * share * (1 - share));
        Assert.InRange(result.PagesRead, (25_000 * share) - read, (25_000 * share) + read + OwnPages);
        Assert.InRange(result.EligiblePages, 25_000, 25_000 + OwnPages);
        double tolerance = 6 * Math.Sqrt(0.2 / (0.8 * 25_000 * share));
        Assert.InRange(result.SavedPages, 19_921 * (1 - tolerance), 19_921 * (1 + tolerance));
        Assert.InRange(result.ExpectedSavedBytes, result.LowerSavedBytes!.Value, result.UpperSavedBytes!.Value);
    }

    [Fact]
    public void One_that_ends_while_it_is_read_is_reported_and_does_not_count()
    {
        NeedKsm();
        const int Count = 60_000;
        using MergeableHolder ending = Hold(Count);
        using MergeableHolder staying = Hold(1_000);
        var failures = new List<(int Id, ErrorReason Reason)>();
        bool begun = false;
        IReadOnlyList<KsmPotential> results = new KsmPotentialMeasurement(Kernel).Measure(
            [ending.Id, staying.Id, int.MaxValue],
            (id, failure) => failures.Add((id, failure.Reason)),
            state =>
            {
                if (state.Id == ending.Id && state.PagesRead > 0 && !begun)
                {
                    begun = true;
                    using Process process = Process.GetProcessById(ending.Id);
                    process.Kill();
                    process.WaitForExit();
                }
            },
            Stop);
        Assert.True(begun);
        Assert.Equal([(ending.Id, ErrorReason.ProcessNotFound), (int.MaxValue, ErrorReason.ProcessNotFound)], failures.Order());
        KsmPotential left = Assert.Single(results);
        Assert.Equal(staying.Id, left.Id);
        Assert.InRange(left.DuplicatePages, 999, 999 + OwnPages);
    }

    [Fact]
    public void What_was_only_reserved_or_read_is_not_brought_into_memory()
    {
        NeedKsm();
        nuint length = (nuint)(20_000 * Environment.SystemPageSize);
        Assert.Equal(Errno.None, MappedRange.TryReserve((long)length + (2 * Environment.SystemPageSize), out MappedRange? range));
        using (range)
        {
            // Between two pages that nobody may read, so that it is a mapping of its own.
            nint start = range!.Address + Environment.SystemPageSize;
            Assert.Equal(0, MemoryCalls.Protect(start, length, MemoryCalls.Read | MemoryCalls.Write));
            _ = MemoryCalls.Advise(start, length, MemoryCalls.NoHugePage);
            Prepare(start);
            KsmPotential result = Measure(1, Environment.ProcessId).Single();
            string[] mapping = [.. File.ReadLines("/proc/self/smaps").SkipWhile(line => !line.StartsWith($"{start:x}-", StringComparison.Ordinal)).Take(16)];
            string anonymous = mapping.Single(line => line.StartsWith("Anonymous:", StringComparison.Ordinal));
            Assert.Equal($"{Environment.SystemPageSize / 1024} kB", anonymous.Split(':')[1].Trim());
            long anonymousPages = File.ReadLines("/proc/self/status").Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
                .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).Single() * 1024 / Environment.SystemPageSize;
            Assert.InRange(result.EligiblePages, 1, anonymousPages + 8_000);
        }
    }

    [Theory]
    [InlineData(MemoryCalls.NoAccess)]
    [InlineData(MemoryCalls.Write)]
    public void Memory_without_read_permission_counts_as_ksmd_counts_it(int protection)
    {
        NeedKnobs();

        // Many more than the runtime's own memory changes by between two measurements.
        const int Count = 20_000;
        nuint length = (nuint)(Count * Environment.SystemPageSize);
        Assert.Equal(Errno.None, MappedRange.TryReserve((long)length, out MappedRange? range));
        using (range)
        {
            Assert.Equal(0, MemoryCalls.Protect(range!.Address, length, MemoryCalls.Read | MemoryCalls.Write));
            _ = MemoryCalls.Advise(range.Address, length, MemoryCalls.NoHugePage);
            Assert.Equal(0, MemoryCalls.Advise(range.Address, length, MemoryCalls.Mergeable));
            Write(range.Address, Count);
            KsmPotential readable = Measure(1, Environment.ProcessId).Single();
            Assert.Equal(0, MemoryCalls.Protect(range.Address, length, protection));
            Assert.SkipUnless(CanBeForced(range.Address), "this kernel lets nobody read what a process may not (proc_mem.force_override)");
            KsmPotential result = Measure(1, Environment.ProcessId).Single();
            Assert.InRange(result.PagesUnreadable, 0, 200);
            Assert.InRange(result.SavedPages, readable.SavedPages - (Count / 2), readable.SavedPages + (Count / 2));
            long merged = RealKsm.OwnPages();
            _ = new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [Environment.ProcessId] }).Run("Test", null, Stop);
            Assert.InRange(RealKsm.OwnPages() - merged, Count, Count + 5000);
            RealKsm.Empty();
        }
    }

    [Fact]
    public void A_merged_page_with_one_mapping_left_stays_merged()
    {
        NeedKnobs();
        using MergeableHolder holder = Hold(1000);
        MakeDistinct(holder, 998);
        _ = new KsmMergeRun(Kernel, new KsmMergeOptions { ProcessIds = [holder.Id] }).Run("Test", null, Stop);
        Assert.Equal(2, Read(holder.Id).MergingPages);
        MakeDistinct(holder, 999);
        long?[] frames = new ProcessPages(Kernel).ReadFrames(holder.Id, holder.Address, 1000);
        KsmPotential result = Measure(1, holder.Id).Single();
        Assert.Equal(result.EligiblePages, result.PagesRead);
        Assert.Equal(frames, new ProcessPages(Kernel).ReadFrames(holder.Id, holder.Address, 1000));
        RealKsm.Empty();
    }

    [Theory]
    [InlineData(Errno.ENOSYS)]
    [InlineData(Errno.EPERM)]
    public void Where_the_call_for_reading_memory_is_refused_the_file_does(Errno errno)
    {
        NeedKsm();
        using MergeableHolder first = Hold(3000);
        using MergeableHolder second = Hold(500);
        int calls = 0;
        nint Refuse(int process, ReadOnlySpan<MemoryRange> ranges, Span<byte> buffer, out Errno said)
        {
            Interlocked.Increment(ref calls);
            said = errno;
            return -1;
        }

        var measurement = new KsmPotentialMeasurement(Kernel) { ReadOwn = Refuse };
        IReadOnlyList<KsmPotential> refused = measurement.Measure([first.Id, second.Id], (_, failure) => throw failure, null, Stop);
        IReadOnlyList<KsmPotential> usual = Measure(1, first.Id, second.Id);
        Assert.InRange(calls, 2, 2 * (Environment.ProcessorCount + 1));
        Assert.Equal(usual.Select(result => (result.PagesRead, result.SavedPages)), refused.Select(result => (result.PagesRead, result.SavedPages)));
        Assert.InRange(refused[^1].PagesRead, 3500, 3500 + (2 * OwnPages));
    }

    [Fact]
    public void A_call_that_is_refused_for_one_process_is_used_for_the_next()
    {
        NeedKsm();
        using MergeableHolder first = Hold(1000);
        using MergeableHolder second = Hold(1000);
        int refused = Math.Min(first.Id, second.Id);
        var called = new System.Collections.Concurrent.ConcurrentBag<int>();
        nint ReadSome(int process, ReadOnlySpan<MemoryRange> ranges, Span<byte> buffer, out Errno said)
        {
            called.Add(process);
            said = Errno.EPERM;
            return process == refused ? -1 : PageCalls.ReadRanges(process, ranges, buffer, out said);
        }

        KsmPotential all = new KsmPotentialMeasurement(Kernel) { ReadOwn = ReadSome }.Measure([first.Id, second.Id], (_, failure) => throw failure, null, Stop)[^1];
        Assert.InRange(all.PagesRead, 2000, 2000 + (2 * OwnPages));
        Assert.InRange(called.Count(process => process != refused), 1000 / 64, int.MaxValue);
    }

    [Fact]
    public void One_that_ends_does_not_take_frames_that_it_shared_with_it()
    {
        NeedKsm();
        Assert.SkipUnless(CurrentUser.HasCapability(CurrentUser.SysAdmin), "needs CAP_SYS_ADMIN to see page frames");
        const int Count = 60_000;
        using MergeableHolder holder = Hold(Count);
        int child = holder.Fork(Stop);
        bool begun = false;
        IReadOnlyList<KsmPotential> results = new KsmPotentialMeasurement(Kernel).Measure(
            [holder.Id, child],
            (_, _) => { },
            state =>
            {
                if (state.Id == Math.Min(holder.Id, child) && state.PagesRead > 0 && !begun)
                {
                    begun = true;
                    using Process process = Process.GetProcessById(state.Id);
                    process.Kill();
                    process.WaitForExit();
                }
            },
            Stop);
        Assert.True(begun);

        // A child that outlives its parent has what it needs to be measured, unless it has seen the end of its input first.
        Assert.SkipUnless(results.Count == 1, "the child ended, too");
        Assert.InRange(results[0].DuplicatePages, Count - 1, Count + OwnPages);
    }

    private static bool CanBeForced(nint address)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle memory = File.OpenHandle("/proc/self/mem");
        try
        {
            return RandomAccess.Read(memory, new byte[1], address) == 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static MergeableHolder Hold(int count, ulong word = Word) => MergeableHolder.Create(count, word, Stop);

    private static IReadOnlyList<KsmPotential> Measure(double share, params int[] ids) =>
        new KsmPotentialMeasurement(Kernel) { Sample = share, Quote = CommandText.Quote }.Measure(ids, (_, failure) => throw failure, null, Stop);

    private static long Frames(MergeableHolder holder, int count) => new ProcessPages(Kernel).ReadFrames(holder.Id, holder.Address, count).Distinct().Count();

    private static KsmProcess Read(int id)
    {
        Assert.Equal(Errno.None, new KsmProcessReader(Kernel).TryRead(id, out KsmProcess? process));
        return process!;
    }

    private static long Kept(KsmPotential result, long pages) => (pages + result.MaxPageSharing - 1) / result.MaxPageSharing;

    private static void NeedKsm() => Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");

    private static void NeedKnobs()
    {
        NeedKsm();
        Assert.SkipUnless(Kernel.IsWritable("/sys/kernel/mm/ksm/run") && RealKsm.Read("run") == "0", "needs root and a ksmd that sleeps");
    }

    private static void MakeDistinct(MergeableHolder holder, int count)
    {
        using FileStream memory = File.OpenWrite($"/proc/{holder.Id}/mem");
        for (int page = 0; page < count; page++)
        {
            memory.Position = holder.Address + ((long)page * Environment.SystemPageSize) + 8;
            memory.Write(BitConverter.GetBytes(page + 1L));
            memory.Flush();
        }
    }

    // One page is written, the others are read and map the kernel's zero page.
    private static unsafe void Prepare(nint address)
    {
        for (int page = 0; page < 15_000; page++)
        {
            _ = Volatile.Read(ref *(byte*)(address + ((long)page * Environment.SystemPageSize)));
        }

        Volatile.Write(ref *(byte*)address, 1);
    }

    private static unsafe void Write(nint address, int count)
    {
        for (int page = 0; page < count; page++)
        {
            Volatile.Write(ref *(byte*)(address + ((long)page * Environment.SystemPageSize)), 1);
        }
    }
}
