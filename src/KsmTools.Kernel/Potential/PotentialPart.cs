namespace KsmTools.Potential;

/// <summary>What merging frees of one process, or of all, in page frames and not yet rounded.</summary>
/// <param name="Saved">The likeliest number.</param>
/// <param name="Duplicate">Duplicates.</param>
/// <param name="Less">How much less it may be, by what nobody can know.</param>
/// <param name="More">How much more.</param>
/// <param name="Draws">What chance makes of a sample; null where everything was read.</param>
/// <param name="Deviation">What the clusters in it add to that.</param>
internal sealed record PotentialPart(double Saved, double Duplicate, double Less, double More, double[]? Draws, double Deviation)
{
    /// <summary>What is known of a process that was read as a whole.</summary>
    public static PotentialPart Of(ProcessShares shares) => new(shares.Saved, shares.Duplicate, shares.Less, shares.More, null, 0);

    /// <summary>All of them together.</summary>
    /// <param name="parts">The processes.</param>
    /// <param name="deviation">What clusters add to the chance in the sum.</param>
    public static PotentialPart Sum(IReadOnlyList<PotentialPart> parts, double deviation)
    {
        double[]? draws = parts[0].Draws is null ? null : [.. parts[0].Draws!.Select((_, draw) => parts.Sum(part => part.Draws![draw]))];
        return new PotentialPart(parts.Sum(part => part.Saved), parts.Sum(part => part.Duplicate), parts.Sum(part => part.Less), parts.Sum(part => part.More), draws, deviation);
    }

    /// <summary>The least and the most in whole frames, with all numbers that <see cref="Saved"/> may be rounded to between them; null where it is one number.</summary>
    /// <param name="estimate">What a sample says; null where everything was read.</param>
    public (long Lower, long Upper)? Bounds(SampleEstimate? estimate)
    {
        if (Draws is null && Less + More <= 0)
        {
            return null;
        }

        (double lower, double upper) = Draws is null ? (Saved, Saved) : estimate!.Interval(Saved, Draws, Deviation);
        return (Apportionment.Down(Math.Max(lower - Less, 0)), Apportionment.Up(upper + More));
    }
}
