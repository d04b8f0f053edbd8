namespace KsmTools.Tuning;

/// <summary>
/// Looks for the largest <c>max_page_sharing</c> within a budget, by few measurements. A walk takes as long as the page has mappings, so the next value to try follows
/// from those before; and since walks are never equally long, the value that is found is measured twice. It is found to within an eighth: that much more
/// sharing saves hardly anything.
/// </summary>
/// <param name="limit">The largest value to consider.</param>
/// <param name="budget">What 99% of walks may take, in nanoseconds.</param>
internal sealed class SharingSearch(uint limit, long budget)
{
    /// <summary>The least value that the kernel takes (<c>max_page_sharing_store</c>, mm/ksm.c).</summary>
    public const uint Least = 2;

    // Aim below the budget, and be content with a value that comes near it.
    private const double Aim = 0.9;
    private const double Near = 0.8;
    private const uint Fineness = 8;

    private readonly SortedDictionary<uint, Measured> _measured = [];

    /// <summary>The next value to measure; null once the search is over.</summary>
    public uint? Next
    {
        get
        {
            uint? within = Within;
            if (Beyond is not { } beyond)
            {
                return within is null ? limit : Confirmed(within.Value);
            }

            return within is null ? Downwards(beyond) : Between(within.Value, beyond);
        }
    }

    /// <summary>The largest value that was within the budget each time; null where none was.</summary>
    public uint? Within
    {
        get
        {
            uint? within = null;
            foreach ((uint value, Measured measured) in _measured)
            {
                // A value is no better than a smaller one.
                if (measured.Worst > budget)
                {
                    break;
                }

                within = value;
            }

            return within;
        }
    }

    private uint? Beyond => _measured.Where(measured => measured.Value.Worst > budget).Select(measured => (uint?)measured.Key).FirstOrDefault();

    /// <summary>Takes a measurement.</summary>
    /// <param name="value">What was measured.</param>
    /// <param name="p99">What 99% of walks took, in nanoseconds.</param>
    public void Add(uint value, long p99) =>
        _measured[value] = _measured.TryGetValue(value, out Measured known) ? new Measured(Math.Max(known.Worst, p99), known.Times + 1) : new Measured(p99, 1);

    /// <summary>The largest value that keeps the budget, reckoned from one measurement; null where not even the least does.</summary>
    /// <param name="value">What was measured.</param>
    /// <param name="p99">What 99% of walks took, in nanoseconds.</param>
    /// <param name="budget">What they may take.</param>
    public static uint? Predict(uint value, long p99, long budget) => Math.Floor((double)value * budget / p99) is var predicted and >= Least ? (uint)Math.Min(predicted, value) : null;

    private uint? Confirmed(uint value) => _measured[value].Times < 2 ? value : null;

    // The first step goes where the budget says. Where that was not enough, walks do not shorten with sharing alone, and steps halve at least.
    private uint? Downwards(uint beyond)
    {
        if (beyond <= Least)
        {
            return null;
        }

        double predicted = Aim * beyond * budget / _measured[beyond].Worst;
        double most = _measured.Count > 1 ? beyond / 2 : beyond - 1;
        return (uint)Math.Clamp(predicted, Least, Math.Max(most, Least));
    }

    private uint? Between(uint within, uint beyond)
    {
        uint gap = beyond - within;
        double low = _measured[within].Worst;
        if (gap <= Math.Max(1, within / Fineness) || low >= Near * budget)
        {
            return Confirmed(within);
        }

        // Within the middle half, so that an odd measurement cannot make the steps tiny.
        double high = _measured[beyond].Worst;
        double guess = within + (gap * ((Aim * budget) - low) / Math.Max(high - low, 1));
        double margin = Math.Max(1, gap / 4);
        return (uint)Math.Clamp(guess, within + margin, Math.Max(beyond - margin, within + margin));
    }

    private readonly record struct Measured(long Worst, int Times);
}
