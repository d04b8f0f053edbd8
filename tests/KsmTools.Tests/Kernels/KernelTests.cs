using System.Text.Json;

namespace KsmTools.Tests.Kernels;

/// <summary>What holds on every kernel: the module, run by ksmsh in a guest, merges pages and measures the walks of moving them.</summary>
public abstract partial class KernelTests<TLab>(TLab lab) : IClassFixture<TLab>
    where TLab : LabFixture
{
    // One boot and one ksmsh for all tests of a kernel, also when they fail: xunit makes an object of the class for each test.
    private static Lazy<KernelAnswers>? _answers;

    private static Lazy<SessionAnswers>? _sessions;

    private protected KernelAnswers Answers => (_answers ??= new Lazy<KernelAnswers>(() => KernelAnswers.Ask(lab))).Value;

    private protected SessionAnswers Sessions => (_sessions ??= new Lazy<SessionAnswers>(() => SessionAnswers.Ask(lab))).Value;

    /// <summary>The sources that this kernel has, the best first.</summary>
    private protected abstract string[] Sources { get; }

    /// <summary>Whether a walk of a KSM page visits only the VMAs that can map it.</summary>
    private protected abstract bool WalksAreBounded { get; }

    /// <summary>The function that walks file pages.</summary>
    private protected virtual string FileWalk => "__rmap_walk_file";

    [Fact]
    public void The_kernel_is_the_one_that_was_asked_for()
    {
        Assert.Equal(lab.Machine.Kernel.Release, Answers.Release);
        Assert.StartsWith(lab.Name.Split('-')[0] + ".", Answers.Release, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_two_NUMA_nodes() => Assert.Equal("0-1", Answers.Nodes);

    [Fact]
    public void Equal_pages_are_merged_and_unmerged()
    {
        Assert.True(Answers.Converged);
        Assert.Equal(2000, Answers.PagesShared + Answers.PagesSharing);
        Assert.Equal(8, Answers.PagesShared); // 2000 / max_page_sharing, rounded up
        Assert.Equal(2000, Answers.MergingPages);
        Assert.Equal(0, Answers.SharingAfterwards);
    }

    [Fact]
    public void What_was_unmapped_before_does_not_count_against_what_a_run_merges() => Assert.Equal((2000, 500), (Answers.PagesMerged, Answers.MergedAgain));

    [Fact]
    public void Walks_of_KSM_pages_are_long_where_they_visit_every_VMA()
    {
        TestContext.Current.AddAttachment($"burden {lab.Name}", $"{Burden:0.0}");
        Assert.InRange(Burden, WalksAreBounded ? 0.1 : 3000, WalksAreBounded ? 1000 : double.MaxValue);
    }

    [Fact]
    public void What_the_kernel_says_of_its_walks_agrees_with_what_they_take()
    {
        Assert.Equal(WalksAreBounded, Answers.Capability);
        Assert.Equal([WalksAreBounded ? "StoredPgoff" : "FullRange"], Answers.Today);

        // The region's mappings, and those of the shell's other anonymous memory, which may be in the same tree.
        Assert.InRange(Answers.Visits[0], 250 * 2000, 256 * 3000);
        Assert.InRange(Answers.Visits[1], 250, 256);
        Assert.Equal(!WalksAreBounded, Answers.Diagnosis.Contains("this kernel walks whole anon_vmas", StringComparison.Ordinal));
    }

    [Fact]
    public void Trace_events_of_walks_are_there_where_they_are_the_best_source() => Assert.Equal(Sources[0] == "Tracepoint", Answers.Native);

    [Fact]
    public void Walks_of_every_page_type_are_measured()
    {
        Assert.Equal(["Anon", "File", "Ksm"], Answers.Walks.Keys.Order());
        Assert.Equal(2 * 8, Answers.Walks["Ksm"].Count); // a migration walks twice
        Assert.InRange(Answers.Walks["Anon"].Count, 100, long.MaxValue);
        Assert.InRange(Answers.Walks["File"].Count, 1, long.MaxValue);
    }

    // A process's whole memory can be merged since Linux 6.4, and fprobe events came with 6.5.
    private string[] PageTypes => Sources.Contains("Fprobe") ? ["Anon", "File", "Ksm"] : ["Anon", "File"];

    [Fact]
    public void The_best_source_is_taken_and_the_others_are_refused_with_a_reason()
    {
        Assert.Equal(Sources[0], Sessions.Auto);
        Assert.Equal(Sources.Order(), Sessions.Sources.Where(source => source.Value.Refusal is null).Select(source => source.Key).Order());
        Assert.All(Sessions.Sources.Values.Where(source => source.Refusal is not null), source => Assert.Equal("ProbeNotAvailable", source.Refusal));
        string[] order = ["Tracepoint", "Fprobe", "Kprobe", "MigrationPte"];
        Assert.Equal(order.TakeWhile(source => source != Sources[0]), Sessions.Refused ?? []);
    }

    [Fact]
    public void Every_source_sees_walks_of_every_page_type()
    {
        foreach (string name in Sources)
        {
            SourceAnswers source = Sessions.Sources[name];
            Assert.Equal((0L, 0L), (source.Lost, source.MissedReturns ?? 0));
            Assert.Equal(source.Looked, source.Received);
            Assert.InRange(source.Longest!.Value - source.LookedLongest!.Value, -2, 2);
            Assert.Equal(name == "MigrationPte", source.Approximate);
            if (!source.Approximate)
            {
                Assert.Equal(PageTypes, source.Walks!.Keys.Order());
                Assert.Equal(name == "Tracepoint" ? ["rmap_walk", "rmap_walk_locked"] : ["rmap_walk_ksm", "rmap_walk_anon", FileWalk], source.Functions);
                Assert.Empty(source.NotCovered!);
                Assert.Equal(0, source.UnknownLocked);
            }

            if (name != "Tracepoint")
            {
                Assert.Contains(Sources.Contains("Tracepoint") && !source.Approximate ? "rmap_walk" : "try_to_migrate", source.Callers!);
            }
        }
    }

    [Fact]
    public void What_is_saved_of_a_session_is_what_was_in_it()
    {
        foreach (string name in Sources)
        {
            SavedAnswers saved = Sessions.Sources[name].Saved!;
            Assert.InRange(saved.Looked, 1, long.MaxValue);
            Assert.Equal((saved.Looked, 0L), (saved.Saved, saved.Differences));
        }
    }

    [Fact]
    public void Every_source_sees_both_walks_of_every_migration()
    {
        TestContext.Current.AddAttachment($"walks of a migration {lab.Name}", string.Join('\n', Sources.SelectMany(
            source => Sessions.Sources[source].Migrations!.Select(pair => $"{Answers.Release} | {source} | {pair.Key} | {pair.Value.Walks}"))));
        foreach (string source in Sources)
        {
            Assert.Equal(Types.ToDictionary(type => type, _ => new MigrationWalks(2, 2)), Sessions.Sources[source].Migrations);
        }
    }

    [Fact]
    public void Where_no_function_walks_file_pages_alone_the_entrances_are_probed_for_these()
    {
        Assert.Equal(Sources.Where(source => source is "Fprobe" or "Kprobe").Order(), Sessions.Without.Keys.Order());
        foreach (WithoutAnswers without in Sessions.Without.Values)
        {
            Assert.Equal(["rmap_walk_ksm", "rmap_walk_anon", "rmap_walk", "rmap_walk_locked"], without.Functions);
            Assert.Equal("entrance == 0 || page_type == 0", without.Filter);
            Assert.Contains("walks of file pages", without.NotCovered[0], StringComparison.Ordinal);

            // A compiler may have made rmap_walk a part of try_to_migrate; the walk that puts the page back comes from another file.
            MigrationWalks file = without.Migrations["File"];
            Assert.InRange(file.Walks, 1, 2);
            Assert.Equal(file.Walks, file.OfType);
            Assert.Equal((new MigrationWalks(2, 2), new MigrationWalks(2, 2)), (without.Migrations["Ksm"], without.Migrations["Anon"]));
            Assert.Equal(new Dictionary<string, MigrationWalks> { ["Ksm"] = new(0, 0), ["Anon"] = new(0, 0), ["File"] = file }, without.OnlyFile);
            Assert.Contains("Anon", without.Counted);

            // Ends of other types through the entrances are left out where a return probe sees what they are of.
            Assert.Equal(without.NotCovered.Length > 1, without.Unmatched > 0);
        }
    }

    [Fact]
    public void Exact_sources_see_the_same_walks()
    {
        Assert.Equal(Sources.Skip(1).Where(source => source != "MigrationPte").Order(), Sessions.Compared.Keys.Order());
        foreach (ComparedAnswers compared in Sessions.Compared.Values)
        {
            Assert.Equal(PageTypes, compared.Walks.Keys.Order());
            Assert.Equal("", string.Join('\n', compared.Alone));
        }
    }

    [Fact]
    public void The_kernel_filters()
    {
        Assert.Equal(["Anon"], Sessions.Filtered.PageType.Keys);
        Assert.Equal(Sessions.Sources[Sources[0]].Walks!["Anon"], Sessions.Filtered.PageType["Anon"]);
        Assert.Equal(0, Sessions.Filtered.OtherProcess);
    }

    [Fact]
    public void The_kernel_counts_what_a_session_beside_it_sees()
    {
        foreach (string type in PageTypes)
        {
            CountedAnswers counted = Sessions.Counted.GetProperty(type).Deserialize<CountedAnswers>()!;
            AssertSame(type, counted.Exact, counted.Counted);
            Assert.Equal(counted.Counted, counted.Buckets);
            Assert.InRange(counted.CountedTotal, 1, double.MaxValue);
        }

        Assert.Equal((0, 0), (Sessions.Counted.GetProperty("Entries").GetInt32(), Sessions.Counted.GetProperty("Cleared").GetInt32()));
    }

    [Fact]
    public void Events_of_somebody_else_are_neither_used_nor_removed()
    {
        Assert.Equal(Sessions.Auto, Sessions.Beside);
        Assert.Equal(Sources.Contains("Tracepoint") ? null : 2, Sessions.Kept);
    }

    [Fact]
    public void Sessions_leave_tracefs_as_they_found_it()
    {
        Assert.Empty(Sessions.Left ?? []);
        Assert.All(Sessions.Sources.Values, source => Assert.Empty(source.Left ?? []));
    }

    // Two sessions do not begin at the same moment, and file pages are other processes' too.
    private static void AssertSame(string type, long first, long second) =>
        Assert.InRange((double)second, type == "File" ? first * 0.9 : first, type == "File" ? first * 1.1 : first);

    /// <summary>How many times longer half of the walks of KSM pages take than half of those of anonymous pages: one that something interrupts says nothing.</summary>
    private double Burden => (double)Answers.Walks["Ksm"].P50Nanoseconds / Answers.Walks["Anon"].P50Nanoseconds;
}
