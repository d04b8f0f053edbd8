using System.Globalization;

namespace KsmTools.Tests.Kernels;

/// <summary>max_page_sharing by measured walks.</summary>
public abstract partial class KernelTests<TLab>
{
    private static Lazy<TuningAnswers>? _tuning;

    private TuningAnswers Tuning => (_tuning ??= new Lazy<TuningAnswers>(() => TuningAnswers.Ask(lab))).Value;

    [Fact]
    public void A_budget_for_walks_lowers_max_page_sharing_until_they_keep_it()
    {
        TestContext.Current.AddAttachment($"walk latency {lab.Name}", string.Join('\n', new[] { Tuning.Recommended, Tuning.Applied }.SelectMany(Lines)));
        if (WalksAreBounded)
        {
            // A budget that no walk can keep lowers nothing.
            foreach (TuningAnswer answer in new[] { Tuning.Recommended, Tuning.Applied })
            {
                Assert.Equal(("None", false, false, 256u, "Bounded"), (answer.Action, answer.Applied, answer.Predicted, answer.Sharing!.Value, answer.Bounds));
                Assert.True(Assert.Single(answer.Measurements).P99 > answer.Budget);
                Assert.Contains("visits only the mappings that can map a page", answer.Reasons[0], StringComparison.Ordinal);
                Assert.Equal("max_page_sharing stays 256.", answer.Reasons[1]);
            }

            return;
        }

        foreach (TuningAnswer answer in new[] { Tuning.Recommended, Tuning.Applied })
        {
            Assert.Equal(("Set", false, "Whole"), (answer.Action, answer.Predicted, answer.Bounds));
            Assert.InRange(answer.Sharing!.Value, 2u, 255u);
            Assert.Equal(256u, answer.Measurements[0].Sharing);
            Assert.True(answer.Measurements[0].P99 > answer.Budget);
            TuningMeasurement[] found = [.. answer.Measurements.Where(measured => measured.Sharing == answer.Sharing)];
            Assert.InRange(found.Length, 2, 3);
            Assert.All(found, measured => Assert.InRange(measured.P99, 1, answer.Budget));

            // How low it must go is for the machine to say; that it is the largest, to within an eighth or a fifth of the budget, was measured.
            uint beyond = answer.Measurements.Where(measured => measured.P99 > answer.Budget).Min(measured => measured.Sharing);
            Assert.True(
                beyond > answer.Sharing && (beyond - answer.Sharing <= Math.Max(1, answer.Sharing.Value / 8) || found.Max(measured => measured.P99) >= 0.8 * answer.Budget),
                $"{answer.Sharing}, {beyond}");
            Assert.All(answer.Measurements, measured => Assert.Equal((Sources[0], "MovePages", 4L), (measured.Source, measured.Trigger, measured.Count)));
        }
    }

    [Fact]
    public void A_max_page_sharing_that_is_lower_than_need_be_is_raised() =>
        Assert.Equal(("Set", 256u, WalksAreBounded ? "Bounded" : "Whole"), (Tuning.Raised.Action, Tuning.Raised.Sharing!.Value, Tuning.Raised.Bounds));

    [Fact]
    public void A_recommended_max_page_sharing_is_set_only_when_asked_for()
    {
        Assert.False(Tuning.Recommended.Applied);
        Assert.Equal(Tuning.Before, Tuning.After);
        if (WalksAreBounded)
        {
            Assert.Equal(Tuning.Before, Tuning.Kept);
            return;
        }

        Assert.True(Tuning.Applied.Applied);
        Assert.Equal(Tuning.Before.Select(line => line == "max_page_sharing=256" ? $"max_page_sharing={Tuning.Applied.Sharing}" : line), Tuning.Kept);
        Assert.InRange(Tuning.Checked, 1, Tuning.Usual / 2);
    }

    private static IEnumerable<string> Lines(TuningAnswer answer) =>
    [
        .. answer.Measurements.Select(measured => string.Create(
            CultureInfo.InvariantCulture, $"max_page_sharing {measured.Sharing} | p99 {measured.P99 / 1e6:0.000} ms | mean {measured.Mean / 1e6:0.000} ms | {measured.Count} walks | {measured.Source}")),
        string.Create(CultureInfo.InvariantCulture, $"budget {answer.Budget / 1e6:0.000} ms: {answer.Sharing}, {answer.Action}, applied {answer.Applied}"),
        .. answer.Reasons,
    ];
}
