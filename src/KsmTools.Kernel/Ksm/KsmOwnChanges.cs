namespace KsmTools.Ksm;

/// <summary>
/// What a command changed by itself, knob by knob: the value before and the value that it set. Only that is ever taken back. A knob that no longer
/// has the value that was set is somebody else's by now.
/// </summary>
internal sealed class KsmOwnChanges
{
    private const string Arrow = " -> ";

    /// <summary>Nothing was changed.</summary>
    public static readonly KsmOwnChanges None = new([]);

    private readonly Dictionary<KsmKnob, Change> _changes;

    private KsmOwnChanges(Dictionary<KsmKnob, Change> changes) => _changes = changes;

    /// <summary>Whether nothing was changed.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>The values before, of the knobs that were changed.</summary>
    public KsmConfiguration Former => Collect(_changes.Select(change => (change.Key, change.Value.Before)));

    /// <summary>Whether a knob was changed and still has the value that was set.</summary>
    public bool Holds(KsmKnob knob, KsmConfiguration now) => _changes.TryGetValue(knob, out Change change) && knob.TextIn(now) == change.Set;

    /// <summary>Whether a knob was changed, and then by somebody else.</summary>
    public bool Lost(KsmKnob knob, KsmConfiguration now) => _changes.ContainsKey(knob) && !Holds(knob, now);

    /// <summary>The changes with those of a request on top. What somebody else has set meanwhile is from now on the value before.</summary>
    /// <param name="now">The knobs before the request.</param>
    /// <param name="request">The knobs that are set; null leaves a knob alone.</param>
    public KsmOwnChanges With(KsmConfiguration now, KsmConfiguration request)
    {
        var changes = new Dictionary<KsmKnob, Change>(_changes);
        foreach (KsmKnob knob in KsmKnob.All)
        {
            if (knob.TextIn(request) is not { } wanted || knob.TextIn(now) is not { } present)
            {
                continue;
            }

            if (Holds(knob, now))
            {
                changes[knob] = changes[knob] with { Set = wanted };
            }
            else if (wanted != present)
            {
                changes[knob] = new Change(present, wanted);
            }
        }

        return new KsmOwnChanges(changes);
    }

    /// <summary>The changes, and those that a killed command left, as if they had been made here.</summary>
    /// <param name="former">The values to take back to; null leaves a knob alone.</param>
    /// <param name="now">The knobs.</param>
    public KsmOwnChanges Adopt(KsmConfiguration former, KsmConfiguration now)
    {
        var changes = new Dictionary<KsmKnob, Change>(_changes);
        foreach (KsmKnob knob in KsmKnob.All)
        {
            if (knob.TextIn(former) is { } before && knob.TextIn(now) is { } present && before != present)
            {
                changes[knob] = new Change(before, present);
            }
        }

        return new KsmOwnChanges(changes);
    }

    /// <summary>
    /// What taking back sets: the values before, of the knobs that still have what was set. A <c>run</c> of 2 before becomes 0: it is the act of
    /// unmerging the whole host. The advisor owns <c>pages_to_scan</c> while it is on.
    /// </summary>
    /// <param name="now">The knobs.</param>
    public KsmConfiguration Undo(KsmConfiguration now) => Collect(_changes
        .Where(change => Holds(change.Key, now) && !(change.Key == KsmKnob.PagesToScan && now.AdvisorMode == KsmAdvisorMode.ScanTime))
        .Select(change => (change.Key, change.Key == KsmKnob.Run && change.Value.Before == "2" ? "0" : change.Value.Before)));

    /// <summary>The changes that somebody else has changed since: from what was set to what is there.</summary>
    /// <param name="now">The knobs.</param>
    public IEnumerable<KsmKnobChange> LostTo(KsmConfiguration now) =>
        from change in _changes
        where !Holds(change.Key, now)
        select new KsmKnobChange(change.Key.Property, change.Key.Path, change.Value.Set, change.Key.TextIn(now) ?? string.Empty);

    /// <summary>One line for each knob: <c>pages_to_scan=100 -> 400</c>.</summary>
    public IEnumerable<string> Lines() => _changes.Select(change => $"{change.Key.FileName}={change.Value.Before}{Arrow}{change.Value.Set}");

    /// <summary>The changes with that of a line of <see cref="Lines"/>; null where it is none.</summary>
    public KsmOwnChanges? WithLine(string line)
    {
        int separator = line.IndexOf('=', StringComparison.Ordinal);
        int arrow = line.IndexOf(Arrow, StringComparison.Ordinal);
        if (separator < 0 || arrow < separator || KsmKnob.All.FirstOrDefault(knob => knob.FileName == line[..separator]) is not { } found)
        {
            return null;
        }

        var change = new Change(line[(separator + 1)..arrow], line[(arrow + Arrow.Length)..]);
        var checkedBy = new KsmConfiguration();
        return found.TryStore(checkedBy, change.Before) && found.TryStore(checkedBy, change.Set)
            ? new KsmOwnChanges(new Dictionary<KsmKnob, Change>(_changes) { [found] = change })
            : null;
    }

    private static KsmConfiguration Collect(IEnumerable<(KsmKnob Knob, string Value)> values)
    {
        var configuration = new KsmConfiguration();
        foreach ((KsmKnob knob, string value) in values)
        {
            _ = knob.TryStore(configuration, value);
        }

        return configuration;
    }

    private readonly record struct Change(string Before, string Set);
}
