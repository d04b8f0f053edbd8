using KsmTools.Files;
using KsmTools.Potential;
using MathNet.Numerics.Distributions;

namespace KsmTools.Tests.Potential;

/// <summary>Estimates against populations that are known.</summary>
public sealed class SampleModelTests
{
    private const int MaxPageSharing = 256;

    // Each pair is a size of contents and how many contents have it.
    public static TheoryData<string, double, double> Populations => new()
    {
        { "1x100000", 0.1, 0.02 },
        { "2x50000", 0.1, 0.03 },
        { "1x40000 4x5000 20000x1", 0.1, 0.05 },
        { "1x40000 4x5000 20000x1", 0.05, 0.06 },
        { "1x20000 2x10000 3x10000 8x5000 600x30", 0.1, 0.05 },
        { "1x200000 6x50000", 0.02, 0.2 },
        { "1x5000 20000x1", 0.5, 0.01 },
    };

    [Theory]
    [MemberData(nameof(Populations))]
    public void What_is_saved_is_estimated_from_a_sample(string population, double share, double tolerance)
    {
        (int Size, int Count)[] groups = [.. population.Split(' ').Select(text => text.Split('x')).Select(parts => (int.Parse(parts[0], null), int.Parse(parts[1], null)))];
        double pages = groups.Sum(group => (double)group.Size * group.Count);
        var sharing = new Sharing(MaxPageSharing, UseZeroPages: false);
        double truth = groups.Sum(group => sharing.Saved(group.Size, group.Size, isZero: false) * group.Count);
        var model = new SampleModel(share, sharing);
        double[] contents = new double[SampleModel.Rare + 1];
        var table = new ContentTable();
        var shares = new ProcessShares();
        var random = new Random(7);
        ulong hash = 1;
        foreach ((int size, int count) in groups)
        {
            for (int content = 0; content < count; content++, hash++)
            {
                int met = Binomial.Sample(random, share, size);
                for (int page = 0; page < met; page++)
                {
                    _ = table.Add(hash, true);
                }

                if (met > SampleModel.Rare)
                {
                    shares.Known += met;
                    shares.Saved += met * model.OfAbundant(met).Saved;
                }
                else if (met > 0)
                {
                    shares.Rare[met] += met;
                }
            }
        }

        var estimate = new SampleEstimate(model, new CountedPages(table, new PageList(), new Dictionary<int, ContentFrames>()), zeroPagesAreSpecial: false, TestContext.Current.CancellationToken);
        double saved = estimate.Saved(shares, pages);
        (double lower, double upper) = estimate.Interval(saved, estimate.Draw(shares, pages), 0);
        string said = $"{truth} estimated as {saved}, from {lower} to {upper}";
        Assert.True(Math.Abs(saved - truth) <= tolerance * pages, said);
        Assert.True(lower <= saved && saved <= upper && lower <= truth + (tolerance * pages) && truth - (tolerance * pages) <= upper, said);
    }

    // 20,000 contents: a frame that others hold and one that they do not, of which ksmd keeps the second that it meets.
    [Theory]
    [InlineData(0.1, true, 20_000)]
    [InlineData(0.1, false, 0)]
    [InlineData(0.5, true, 20_000)]
    [InlineData(0.5, false, 0)]
    public void What_others_hold_is_no_bias_of_a_sample(double share, bool isSecondHeld, double truth)
    {
        const int Contents = 20_000;
        var sharing = new Sharing(MaxPageSharing, UseZeroPages: false);
        var model = new SampleModel(share, sharing);
        var table = new ContentTable();
        var special = new Dictionary<int, ContentFrames>();
        var pages = new PageList();
        var tally = new ProcessTally(1, "one");
        var random = new Random(3);
        for (int content = 0; content < Contents; content++)
        {
            for (int frame = 0; frame < 2; frame++)
            {
                if (random.NextDouble() < share)
                {
                    int number = table.Add((ulong)content + 1, true);
                    pages.Add(number, true);
                    if (frame == 0)
                    {
                        special[number] = new ContentFrames { Held = 1, IsSecondHeld = isSecondHeld };
                    }
                }
            }
        }

        tally.End = pages.Count;
        var counted = new CountedPages(table, pages, special);
        var shares = ProcessShares.Of(tally, counted, sharing, model);
        var estimate = new SampleEstimate(model, counted, zeroPagesAreSpecial: false, TestContext.Current.CancellationToken);
        double saved = estimate.Saved(shares, 2 * Contents);
        (double lower, double upper) = estimate.Interval(saved, estimate.Draw(shares, 2 * Contents), 0);
        lower -= shares.Gain.Less;
        upper += shares.Gain.More;
        string said = $"{truth} estimated as {saved}, from {lower} to {upper}";
        Assert.True(Math.Abs(saved - truth) <= 0.2 * Contents, said);
        Assert.True(lower <= 0.1 * Contents && upper >= 0.95 * Contents && upper <= 1.5 * Contents, said);
    }

    // Families: frames of so many contents, each in as many of four processes as the next one of these says.
    [Theory]
    [InlineData(1, "1", 0)]
    [InlineData(1, "1 1 2 4 4", 3)]
    [InlineData(200, "1 4 1 4 3", 3)]
    [InlineData(1500, "4 1 1 4", 3)]
    public void Nearly_all_intervals_have_the_truth_where_frames_are_drawn_with_all_their_mappings(int contents, string clusters, int often)
    {
        const int Frames = 3_000;
        const int Processes = 4;
        const int Samples = 25;
        int[] sizes = [.. clusters.Split(' ').Select(text => int.Parse(text, null))];
        var sharing = new Sharing(MaxPageSharing, UseZeroPages: false);
        foreach (double share in (double[])[0.5, 0.2, 0.1])
        {
            int outside = 0;
            double width = 0;
            double truth = Frames - contents;
            for (int seed = 0; seed < Samples; seed++)
            {
                (long lower, long upper) = DrawFamily(new Random(seed), Frames, contents, sizes, Processes, share, sharing);
                outside += truth < lower - (0.02 * truth) || truth > upper + (0.02 * truth) ? 1 : 0;
                width += (upper - lower) / truth / Samples;
            }

            Assert.True(outside <= 3, $"{outside} of {Samples} intervals of {share} do not have {truth}");
            Assert.True(often > 0 || width < 0.05, $"{width} of what is known well");
            Assert.True(width < 0.9, $"{width}");
        }
    }

    [Fact]
    public void A_share_of_pages_is_drawn_and_shared_frames_in_every_process_or_in_none()
    {
        var sample = new PageSample(0.1, 42);
        var own = new PagemapEntry((1UL << 63) | (1UL << 56) | 5);
        int drawn = Enumerable.Range(0, 200_000).Count(page => sample.Has(1, (ulong)page, own));
        Assert.InRange(drawn, 19_000, 21_000);
        for (ulong frame = 1; frame < 2000; frame++)
        {
            var shared = new PagemapEntry((1UL << 63) | frame);
            Assert.Equal(sample.Has(1, frame + 7, shared), sample.Has(2, frame + 1_000_000, shared));
            var hidden = new PagemapEntry(1UL << 63);
            Assert.Equal(sample.Has(1, frame, hidden), sample.Has(2, frame, hidden));
        }

        Assert.True(new PageSample(1, 42).Has(1, 1, own));
    }

    private static (long Lower, long Upper) DrawFamily(Random random, int frames, int contents, int[] sizes, int processes, double share, Sharing sharing)
    {
        // No machine has frames like these.
        const long Far = 1L << 50;
        using var shared = new SharedFrames(KsmTools.Files.KernelTree.Running);
        var table = new ContentTable();
        var pages = new PageList();
        bool[] isDrawn = [.. Enumerable.Range(0, frames).Select(_ => random.NextDouble() < share)];
        int[] contentOf = [.. Enumerable.Range(0, frames).Select(frame => frame < contents ? frame : random.Next(contents))];
        int[] sizeOf = [.. Enumerable.Range(0, frames).Select(_ => sizes[random.Next(sizes.Length)])];
        var tallies = new List<ProcessTally>();
        for (int process = 0; process < processes; process++)
        {
            var tally = new ProcessTally(process + 1, "one") { First = pages.Count };
            for (int frame = 0; frame < frames; frame++)
            {
                // A frame of one process is of any of them.
                if (sizeOf[frame] == 1 ? frame % processes != process : process >= sizeOf[frame])
                {
                    continue;
                }

                tally.Eligible++;
                if (isDrawn[frame])
                {
                    int content = table.Find((ulong)contentOf[frame] + 1);
                    bool isNew = sizeOf[frame] == 1 || shared.Add(Far + frame, content, false);
                    table.Meet(content, isNew);
                    pages.Add(content, isNew, sizeOf[frame] > 1);
                    tally.Read++;
                }
            }

            tally.End = pages.Count;
            tallies.Add(tally);
        }

        var counted = new CountedPages(table, pages, new Dictionary<int, ContentFrames>());
        var results = new SampledPotential(counted, shared, sharing, share, TestContext.Current.CancellationToken);
        var all = PotentialPart.Sum([.. tallies.Select(results.Of)], results.DeviationOfAll);
        return all.Bounds(results.Estimate)!.Value;
    }
}
