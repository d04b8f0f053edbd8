namespace KsmTools.Ksm;

/// <summary>
/// What a command changed by itself, knob by knob: the value before and the value that it set. Only that is ever taken back. A knob that no longer
/// has the value that was set is somebody else's by now.
/// </summary>
internal sealed class KsmOwnChanges
{
    /// <summary>Nothing was changed.</summary>
    public static readonly KsmOwnChanges None = new([]);

    private const string Arrow = " -> ";

    private readonly Dictionary<KsmKnob, Change> _changes;

    private KsmOwnChanges(Dictionary<KsmKnob, Change> changes) => _changes = changes;

    /// <summary>Whether nothing was changed.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>How many knobs were changed.</summary>
    public int Count => _changes.Count;

    /// <summary>The values before, of the knobs that were changed.</summary>
    public KsmConfiguration Former => Collect(_changes.Select(change => (change.Key, change.Value.Before)));

    /// <summary>Whether a knob was changed and still has the value that was set.</summary>
    public bool Holds(KsmKnob knob, KsmConfiguration now) => _changes.TryGetValue(knob, out Change change) && (
        knob == KsmKnob.PagesToScan && IsAdvised
            ? Holds(KsmKnob.AdvisorMode, now)
            : knob.TextIn(now) == change.Set);

    /// <summary>Whether a knob was changed, and then by somebody else.</summary>
    public bool Lost(KsmKnob knob, KsmConfiguration now) => _changes.ContainsKey(knob) && !Holds(knob, now);

    /// <summary>The changes with those of a request on top. What somebody else has set meanwhile is from now on the value before.</summary>
    /// <param name="now">The knobs before the request.</param>
    /// <param name="request">The knobs that are set; null leaves a knob alone.</param>
    public KsmOwnChanges With(KsmConfiguration now, KsmConfiguration request)
    {
        if (IsAdvisorLeft(now))
        {
            return new KsmOwnChanges(new Dictionary<KsmKnob, Change>(_changes.Where(change => change.Key != KsmKnob.AdvisorMode))).With(now, request);
        }

        var changes = new Dictionary<KsmKnob, Change>(_changes);
        KsmConfiguration effects = AdvisorEffects.Of(now, request);
        foreach (KsmKnob knob in KsmKnob.AllIn(effects))
        {
            if (knob.TextIn(effects) is not { } wanted || knob.TextIn(now) is not { } present)
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

    /// <summary>As <see cref="With(KsmConfiguration, KsmConfiguration)"/>, of a request that was made.</summary>
    /// <param name="now">The knobs some time before the request.</param>
    /// <param name="request">The knobs that were set.</param>
    /// <param name="made">What each was right before.</param>
    public KsmOwnChanges With(KsmConfiguration now, KsmConfiguration request, IReadOnlyList<KsmKnobChange> made)
    {
        // Switching the advisor changes pages_to_scan before that is written.
        KsmConfiguration seen = now.Clone();
        bool isSwitched = made.Any(change => change.Knob == KsmKnob.AdvisorMode.Property);
        foreach (KsmKnobChange change in made.Where(change => !isSwitched || change.Knob != KsmKnob.PagesToScan.Property))
        {
            // What cannot be read has no value to take back.
            KsmKnob knob = KsmKnob.Of(change);
            _ = (!knob.IsOther || knob.TextIn(now) is not null) && knob.TryStore(seen, change.Before);
        }

        KsmConfiguration shown = request.Clone();
        foreach (KsmKnobChange change in made)
        {
            if (KsmKnob.Of(change) is { IsOther: true } other)
            {
                _ = other.TryStore(shown, change.After);
            }
        }

        return With(seen, shown);
    }

    /// <summary>The changes after a request that failed half way and was taken back as far as it could be.</summary>
    /// <param name="before">The changes before it.</param>
    /// <param name="now">The knobs.</param>
    public KsmOwnChanges AfterFailure(KsmOwnChanges before, KsmConfiguration now)
    {
        var changes = new Dictionary<KsmKnob, Change>(before._changes);
        foreach ((KsmKnob knob, Change change) in _changes.Where(change => Holds(change.Key, now)))
        {
            changes[knob] = change;
        }

        return new KsmOwnChanges(changes);
    }

    /// <summary>The changes, with other values to take back to. A knob that somebody else has set meanwhile is left to them.</summary>
    /// <param name="kept">Those values; null leaves a knob alone.</param>
    /// <param name="left">What each knob was left at here, whether that changed it or not.</param>
    /// <param name="now">The knobs.</param>
    public KsmOwnChanges Keeping(KsmConfiguration kept, KsmConfiguration left, KsmConfiguration now)
    {
        var changes = new Dictionary<KsmKnob, Change>(_changes);
        foreach (KsmKnob knob in KsmKnob.AllIn(kept))
        {
            if (knob.TextIn(kept) is { } value && knob.TextIn(now) is { } present && present == knob.TextIn(left))
            {
                changes[knob] = new Change(value, present);
            }
        }

        return new KsmOwnChanges(changes);
    }

    /// <summary>The changes without those of knobs that somebody has decided on. Who decides on the advisor decides on <c>pages_to_scan</c>, and the other way round: one goes with the other.</summary>
    /// <param name="decided">The knobs that they set; null is one that they left alone.</param>
    public KsmOwnChanges Without(KsmConfiguration decided)
    {
        bool isSpeedDecided = decided.AdvisorMode is not null || decided.PagesToScan is not null;
        return new(new Dictionary<KsmKnob, Change>(_changes.Where(change =>
            change.Key.TextIn(decided) is null && !(isSpeedDecided && (change.Key == KsmKnob.PagesToScan || change.Key == KsmKnob.AdvisorMode)))));
    }

    /// <summary>Whether one of the knobs is among the changes.</summary>
    /// <param name="knob">The knob.</param>
    public bool Contains(KsmKnob knob) => _changes.ContainsKey(knob);

    /// <summary>Whether these are the same changes.</summary>
    /// <param name="others">The others.</param>
    public bool IsSameAs(KsmOwnChanges others) => Lines().SequenceEqual(others.Lines());

    /// <summary>Whether some knob is among these changes and among others.</summary>
    /// <param name="others">The others.</param>
    public bool ContainsAnyOf(KsmOwnChanges others) => others._changes.Keys.Any(_changes.ContainsKey);

    /// <summary>The changes that are still there.</summary>
    /// <param name="now">The knobs.</param>
    public KsmOwnChanges StillThere(KsmConfiguration now)
    {
        KsmConfiguration undo = Undo(now);
        return new(new Dictionary<KsmKnob, Change>(_changes.Where(change => change.Key.TextIn(undo) is not null)));
    }

    /// <summary>The changes, and those that a killed command left of which nobody knows what it set, as if it had set what is there.</summary>
    /// <param name="former">The values to take back to; null leaves a knob alone.</param>
    /// <param name="now">The knobs.</param>
    public KsmOwnChanges Adopt(KsmConfiguration former, KsmConfiguration now)
    {
        var changes = new Dictionary<KsmKnob, Change>(_changes);
        foreach (KsmKnob knob in KsmKnob.AllIn(former))
        {
            if (knob.TextIn(former) is { } before && knob.TextIn(now) is { } present && before != present)
            {
                changes[knob] = new Change(before, present);
            }
        }

        return new KsmOwnChanges(changes);
    }

    /// <summary>These changes and others, of which one may have been made on top of the other.</summary>
    /// <param name="others">The others.</param>
    /// <param name="now">The knobs.</param>
    public KsmOwnChanges Joined(KsmOwnChanges others, KsmConfiguration now)
    {
        var changes = new Dictionary<KsmKnob, Change>(others._changes);
        foreach ((KsmKnob knob, Change change) in _changes)
        {
            Change other = changes.GetValueOrDefault(knob, change);
            (Change last, Change first) = Holds(knob, now) ? (change, other) : (other, change);
            changes[knob] = first.Set == last.Before ? last with { Before = first.Before } : last;
        }

        return new KsmOwnChanges(changes);
    }

    /// <summary>
    /// What taking back sets: the values before, of the knobs that still have what was set. A <c>run</c> of 2 before becomes 0: it is the act of
    /// unmerging the whole host. The advisor owns <c>pages_to_scan</c> while it is on.
    /// </summary>
    /// <param name="now">The knobs.</param>
    public KsmConfiguration Undo(KsmConfiguration now)
    {
        KsmConfiguration undo = Collect(
            from change in _changes
            let target = Target(change.Key, change.Value)
            where !(change.Key == KsmKnob.AdvisorMode && IsAdvisorLeft(now))
            where Holds(change.Key, now) && (target != change.Key.TextIn(now) || (change.Key == KsmKnob.PagesToScan && IsAdvised))
            select (change.Key, target));
        if (KsmAdvisorMode.IsOn(undo.AdvisorMode ?? now.AdvisorMode))
        {
            undo.PagesToScan = null;
        }

        return undo;
    }

    /// <summary>
    /// Whether the advisor stays off because somebody else has decided on <c>pages_to_scan</c> since, which nobody may while it is on. The default is not somebody's: the kernel
    /// sets it when the advisor is switched off, and a kill may come before what follows.
    /// </summary>
    /// <param name="now">The knobs.</param>
    public bool IsAdvisorLeft(KsmConfiguration now) =>
        _changes.TryGetValue(KsmKnob.AdvisorMode, out Change advisor) && advisor is { Before: not "none", Set: "none" } && Holds(KsmKnob.AdvisorMode, now)
        && _changes.TryGetValue(KsmKnob.PagesToScan, out Change speed) && KsmKnob.PagesToScan.TextIn(now) is { } present && present != speed.Set && present != speed.Before
        && present != KsmKnob.PagesToScan.DefaultText;

    /// <summary>The knobs as they are without the changes.</summary>
    /// <param name="now">The knobs.</param>
    public KsmConfiguration Lasting(KsmConfiguration now)
    {
        KsmConfiguration lasting = now.Clone();
        KsmKnob.Copy(Undo(now), lasting);
        return lasting;
    }

    /// <summary>The changes that somebody else has changed since to something else than before: from what was set to what is there. Of <c>pages_to_scan</c> nothing is said where the advisor has it.</summary>
    /// <param name="now">The knobs.</param>
    public IEnumerable<KsmKnobChange> LostTo(KsmConfiguration now)
    {
        bool isAdvised = IsAdvised || KsmAdvisorMode.IsOn(Undo(now).AdvisorMode ?? now.AdvisorMode);
        return from change in _changes
               where !Holds(change.Key, now) && change.Key.TextIn(now) != Target(change.Key, change.Value) && !(isAdvised && change.Key == KsmKnob.PagesToScan)
               select new KsmKnobChange(change.Key.Property, change.Key.Path, change.Value.Set, change.Key.TextIn(now) ?? string.Empty);
    }

    /// <summary>A name and a value for each knob: <c>pages_to_scan</c> and <c>100 -> 400</c>.</summary>
    public IEnumerable<(string Name, string Value)> Lines() => _changes.Select(change => (change.Key.FileName, $"{RecordedText.Of(change.Value.Before)}{Arrow}{RecordedText.Of(change.Value.Set)}"));

    /// <summary>The changes with one of <see cref="Lines"/>; null where it is none.</summary>
    /// <param name="name">The file.</param>
    /// <param name="value">The values before and after.</param>
    /// <param name="isTaken">Whether this kernel takes a value of a file.</param>
    public KsmOwnChanges? WithLine(string name, string value, Func<KsmKnob, string, bool> isTaken)
    {
        int arrow = value.IndexOf(Arrow, StringComparison.Ordinal);
        if (arrow < 0 || !KsmKnob.IsPlainName(name))
        {
            return null;
        }

        KsmKnob found = KsmKnob.Of(name);
        var change = new Change(RecordedText.Read(value[..arrow]), RecordedText.Read(value[(arrow + Arrow.Length)..]));
        var checkedBy = new KsmConfiguration();
        return isTaken(found, change.Before) && found.TryStore(checkedBy, change.Before) && isTaken(found, change.Set) && found.TryStore(checkedBy, change.Set)
            ? new KsmOwnChanges(new Dictionary<KsmKnob, Change>(_changes) { [found] = change })
            : null;
    }

    private static string Target(KsmKnob knob, Change change) => knob == KsmKnob.Run && change.Before == "2" ? "0" : change.Before;

    private bool IsAdvised => _changes.TryGetValue(KsmKnob.AdvisorMode, out Change advisor) && advisor.Set != "none";

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
