namespace KsmTools.Records;

/// <summary>How many events were lost, as the marks of a trace say one after another. What is known only in the end corrects what was said before.</summary>
public struct LostTally : IEquatable<LostTally>
{
    private long _uncounted;

    /// <summary>Events; one for each mark without a number whose events no later mark counts.</summary>
    public long Events { get; private set; }

    /// <summary>Whether there are such marks, so that there may be more events.</summary>
    public readonly bool IsLowerBound => _uncounted > 0;

    /// <summary>Adds what a mark says.</summary>
    /// <param name="mark">A <see cref="TraceRecordKind.Lost"/>.</param>
    public void Add(in TraceRecord mark)
    {
        Events += mark.KnownLost;
        _uncounted += mark.UncountedMarks;
    }

    /// <summary>What came since.</summary>
    /// <param name="earlier">An earlier state of the same tally.</param>
    public readonly LostTally Since(in LostTally earlier) => new() { Events = Events - earlier.Events, _uncounted = _uncounted - earlier._uncounted };

    /// <summary>A mark that makes of this tally what is known in the end; null where the tally says it already.</summary>
    /// <param name="cpu">The CPU, or <see cref="TraceRecord.AnyCpu"/>.</param>
    /// <param name="events">How many events were lost in all.</param>
    internal readonly TraceRecord? CorrectedTo(int cpu, long events) =>
        events == Events && _uncounted == 0 ? null : TraceRecord.LostCorrection(cpu, events - Events, -(int)_uncounted);

    /// <inheritdoc/>
    public readonly bool Equals(LostTally other) => Events == other.Events && _uncounted == other._uncounted;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is LostTally other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Events, _uncounted);

    /// <summary>Whether both say the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(in LostTally left, in LostTally right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(in LostTally left, in LostTally right) => !left.Equals(right);
}
