using KsmTools.Benchmark;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tuning;

/// <summary>Why a value of <c>max_page_sharing</c> is recommended, and what the figures are worth.</summary>
internal sealed class WalkLatencyReasons(WalkLatencyOptions options)
{
    private long _lost;
    private long? _merged;
    private string? _notTraced;

    /// <summary>Takes note of what a measurement was worth.</summary>
    public void Note(RmapBenchmarkResult result)
    {
        _lost += (result.LostEvents ?? 0) + (result.MissedReturns ?? 0);
        _merged = Math.Min(_merged ?? long.MaxValue, result.MergedPages ?? options.PageCount);
        _notTraced ??= result is { Source: RmapBenchmarkSource.Elapsed, Unavailable: [var refusal, ..] } ? refusal.Reason : null;
    }

    /// <summary>The reasons.</summary>
    /// <param name="bounds">Which mappings a walk visits.</param>
    /// <param name="measurements">The measurements; the last may be a prediction.</param>
    /// <param name="present">The value that was set.</param>
    /// <param name="found">The value that was found; null for none.</param>
    /// <param name="savings">What merging saves.</param>
    /// <param name="pageSize">Bytes in a page.</param>
    public string[] For(KsmWalkBounds bounds, IReadOnlyList<KsmWalkMeasurement> measurements, uint? present, uint? found, SharingSavings savings, int pageSize) =>
    [
        .. bounds == KsmWalkBounds.Bounded ? [Messages.WalkLatencyBounded] : Array.Empty<string>(),
        .. Found(measurements, present, found),
        Text.Format(Messages.WalkLatencyLayout, measurements[0].VmaCount, measurements[0].Source, measurements[0].Trigger),
        .. Saving(present, found, savings, pageSize),
        .. Worth(measurements),
    ];

    private IEnumerable<string> Found(IReadOnlyList<KsmWalkMeasurement> measurements, uint? present, uint? found)
    {
        string budget = Duration(options.MaximumWalkLatency.TotalNanoseconds);
        if (found is null)
        {
            yield return Text.Format(measurements[^1].MaxPageSharing == SharingSearch.Least ? Messages.WalkLatencyNone : Messages.WalkLatencyNonePredicted, budget);
            yield return Messages.WalkLatencyNoneRemedy;
            if (measurements[^1].MeanNanoseconds <= options.MaximumWalkLatency.TotalNanoseconds)
            {
                yield return Text.Format(Messages.WalkLatencyNoise, Duration(measurements[^1].MeanNanoseconds!.Value));
            }
        }
        else
        {
            KsmWalkMeasurement worst = measurements.Where(measured => measured.MaxPageSharing == found).MaxBy(measured => measured.P99Nanoseconds)!;
            if (!worst.IsWithinBudget)
            {
                yield return Text.Format(Messages.WalkLatencyKept, found);
                yield return Text.Format(Messages.WalkLatencyBeyond, found, Duration(worst.P99Nanoseconds), budget);
                yield break;
            }

            yield return Text.Format(worst.Predicted ? Messages.WalkLatencyPredicted : Messages.WalkLatencyFound, found, Duration(worst.P99Nanoseconds), budget);
            if (worst.Predicted)
            {
                yield return Messages.WalkLatencyPredictedWhy;
            }
            else if (found == present)
            {
                yield return Text.Format(Messages.WalkLatencyAlready, found);
            }
        }

        if (measurements.Where(measured => !measured.IsWithinBudget).MinBy(measured => measured.MaxPageSharing) is { } beyond)
        {
            yield return Text.Format(Messages.WalkLatencyBeyond, beyond.MaxPageSharing, Duration(beyond.P99Nanoseconds), budget);
        }
    }

    private static IEnumerable<string> Saving(uint? present, uint? found, SharingSavings savings, int pageSize)
    {
        if (found is null || present is null || found == present)
        {
            yield break;
        }

        if (savings.Sharing > 0)
        {
            yield return Text.Format(
                Messages.WalkLatencySaving,
                Mebibytes(savings.Sharing, pageSize),
                Mebibytes(savings.LeastSaved(found.Value), pageSize),
                Mebibytes(savings.MostSaved(found.Value), pageSize));
        }

        yield return Text.Format(Messages.WalkLatencyShare, 100 - (100.0 / found), 100 - (100.0 / present));
    }

    private IEnumerable<string> Worth(IReadOnlyList<KsmWalkMeasurement> measurements)
    {
        if (measurements.Any(measured => measured.Approximate))
        {
            yield return Messages.WalkLatencyApproximate;
        }

        if (_notTraced is not null)
        {
            yield return Text.Format(Messages.BenchmarkUntraced, _notTraced);
        }

        if (_merged < options.PageCount)
        {
            yield return Text.Format(Messages.BenchmarkPartlyMerged, _merged, options.PageCount);
        }

        if (_lost > 0)
        {
            yield return Text.Format(Messages.WalkLatencyLost, _lost);
        }
    }

    private static string Duration(double nanoseconds) => DurationText.Format(nanoseconds, RmapTimeUnit.Nanoseconds);

    private static double Mebibytes(long pages, int pageSize) => (double)pages * pageSize / (1 << 20);
}
