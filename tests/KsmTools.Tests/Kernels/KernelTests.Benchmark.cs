using System.Globalization;
using System.Text;

namespace KsmTools.Tests.Kernels;

/// <summary>The benchmark.</summary>
public abstract partial class KernelTests<TLab>
{
    private const int Pages = 20_000;

    private static Lazy<BenchmarkAnswers>? _benchmark;

    private BenchmarkAnswers Benchmark => (_benchmark ??= new Lazy<BenchmarkAnswers>(() => BenchmarkAnswers.Ask(lab, [.. Sources, "Elapsed"]))).Value;

    [Fact]
    public void The_benchmark_takes_the_best_source() => Assert.Equal(Sources[0], Benchmark.Auto);

    [Fact]
    public void The_benchmark_measures_two_walks_of_every_page_with_every_exact_source()
    {
        TestContext.Current.AddAttachment($"benchmark {lab.Name}", Table());
        foreach (string source in Sources.Where(source => source != "MigrationPte"))
        {
            BenchmarkRow[] rows = [.. Benchmark.Rows.Where(row => row.Source == source)];
            Assert.Equal(Types, rows.Select(row => row.Type));
            foreach (BenchmarkRow row in rows)
            {
                int iterations = source == Sources[0] ? 3 : 1;
                Assert.Equal(("MovePages", 2 * iterations, 2 * iterations, iterations), (row.Trigger, (int)row.Count, row.Walks, row.Addresses));
                Assert.Equal((0L, 0L, false), (row.Lost, row.Unmatched, row.Approximate));

                // Each page was walked before and after it moved; a page that it came to may be one that another left.
                Assert.InRange(row.Folios, iterations, 2 * iterations);
                Assert.Equal((Pages, row.Type == "Ksm" ? Pages : null, row.Type == "Ksm" ? 256u : null), (row.Vmas, row.Merged, row.Sharing));
                Assert.InRange(row.Mean!.Value * row.Count, 1, row.Elapsed);
                Assert.Equal((Answers.Release, WalksAreBounded ? "Bounded" : "Whole"), (row.Kernel, row.Bounds));
            }
        }
    }

    [Fact]
    public void The_benchmark_bounds_walks_from_below_where_it_sees_page_table_entries_only()
    {
        foreach (BenchmarkRow row in Benchmark.Rows.Where(row => row.Source == "MigrationPte"))
        {
            Assert.Equal((2, true), ((int)row.Count, row.Approximate));
            Assert.Equal(row.Type == "Ksm", row.Maximum > 0);
            Assert.InRange(row.Mean!.Value * row.Count, 0, row.Elapsed);
        }
    }

    [Fact]
    public void Without_a_trace_the_benchmark_times_triggers()
    {
        BenchmarkRow[] rows = [.. Benchmark.Rows.Where(row => row.Source == "Elapsed")];
        Assert.Equal(Types, rows.Select(row => row.Type));
        Assert.All(rows, row => Assert.Equal((1, 0, row.Elapsed), ((int)row.Count, row.Walks, row.Maximum!.Value)));
    }

    [Fact]
    public void Walks_of_KSM_pages_get_shorter_with_max_page_sharing()
    {
        BenchmarkRow[] rows = Benchmark.Sharing;
        Assert.Equal([256u, 64u, 16u], rows.Select(row => row.Sharing!.Value));
        Assert.All(rows, row => Assert.Equal((Pages, 8), ((int)row.Merged!, (int)row.Count)));

        // 256 to 16 is a sixteenth of the visits; without bounds they are nearly all that a walk does. Whatever else the host does makes walks longer and never shorter.
        if (!WalksAreBounded)
        {
            Assert.InRange((double)rows[0].Minimum!.Value / rows[2].Minimum!.Value, 6, 100);
            Assert.InRange(rows[1].Minimum!.Value, rows[2].Minimum!.Value, rows[0].Minimum!.Value);
        }
    }

    [Fact]
    public void An_unsplit_region_costs_next_to_nothing()
    {
        BenchmarkRow split = Benchmark.Rows.First(row => row.Type == "Ksm");
        BenchmarkRow whole = Assert.Single(Benchmark.Whole);
        Assert.Equal(1, whole.Vmas);
        Assert.InRange(whole.Minimum!.Value, 1, split.Minimum!.Value * (WalksAreBounded ? 10 : 0.02));
    }

    [Fact]
    public void Forked_pages_are_walked_in_every_process()
    {
        Assert.Equal(["Ksm", "Anon", "File"], Benchmark.Forked.Select(row => row.Type));
        Assert.All(Benchmark.Forked, row => Assert.Equal((51, 4, 2), (row.Vmas, (int)row.Count, row.Addresses)));

        // Fifty-one mappings, not one.
        BenchmarkRow one = Benchmark.Rows.First(row => row.Type == "Anon");
        Assert.InRange(Benchmark.Forked[1].Minimum!.Value, one.Minimum!.Value, long.MaxValue);
    }

    [Fact]
    public void A_bystander_waits_for_walks_of_merged_pages_where_they_visit_every_mapping()
    {
        TestContext.Current.AddAttachment($"bystander {lab.Name}", string.Join('\n', Benchmark.Observed.Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row.Type} | waits {Waits(row) / 1e6:0.000} ms of {row.Elapsed / 1e6:0.000} ms | run delay {row.Calls.Sum(calls => calls.RunDelay) / 1e6:0.000} ms | longest {row.Maximum / 1e6:0.000} ms"))));
        Assert.Equal(["Ksm", "Anon"], Benchmark.Observed.Select(row => row.Type));
        foreach (ObservedRow row in Benchmark.Observed)
        {
            Assert.Equal(["Mprotect", "Mmap", "Fault", "Touch"], row.Calls.Select(calls => calls.Call));
            Assert.All(row.Calls, calls => Assert.InRange(calls.Without, 1, long.MaxValue));

            // The lab's own kernels do not count it (CONFIG_SCHEDSTATS, CONFIG_TASK_DELAY_ACCT).
            Assert.All(row.Calls.Where(calls => calls.Count > 0), calls => Assert.Equal(Sources[0] == "Tracepoint", calls.RunDelay is null));
        }

        // Two threads wait at once. Beside other pages there is next to nothing to wait for.
        ObservedRow merged = Benchmark.Observed[0];
        if (!WalksAreBounded)
        {
            Assert.InRange(Waits(merged), 0.5 * merged.Elapsed!.Value, 2.2 * merged.Elapsed.Value);
            Assert.InRange(Waits(merged), 10 * Waits(Benchmark.Observed[1]), double.MaxValue);
        }

        static double Waits(ObservedRow row) => row.Calls.Sum(calls => (double)calls.Total);
    }

    [Fact]
    public void The_benchmark_leaves_everything_as_it_was() => Assert.Equal(Benchmark.Before, Benchmark.After);

    private string Table()
    {
        var text = new StringBuilder("kernel | source | type | count | mean ms | p99 ms | max ms | triggers ms\n");
        foreach (BenchmarkRow row in Benchmark.Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.Kernel} | {row.Source} | {row.Type} | {row.Count} | {row.Mean / 1e6:0.000} | {row.P99 / 1e6:0.000} | {row.Maximum / 1e6:0.000} | {row.Elapsed / 1e6:0.000}");
        }

        foreach (BenchmarkRow row in Benchmark.Sharing)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.Kernel} | {row.Source} | max_page_sharing {row.Sharing} | {row.Count} | {row.Mean / 1e6:0.000} | {row.P99 / 1e6:0.000} | {row.Maximum / 1e6:0.000} | {row.Elapsed / 1e6:0.000}");
        }

        return text.ToString();
    }
}
