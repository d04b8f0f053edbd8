using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>Reads and writes the knobs. A write checks everything first, keeps to the kernel's order and takes back what it did when one knob fails.</summary>
public sealed class KsmConfigurationStore
{
    /// <summary>Where KSM's files are, as the kernel's own absolute path (Documentation/admin-guide/mm/ksm.rst).</summary>
    public const string Folder = KsmFiles.Folder;

    private readonly KernelTree _kernel;
    private readonly KsmOtherFiles _others;

    /// <summary>The knobs of one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public KsmConfigurationStore(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        _others = new KsmOtherFiles(kernel);
    }

    /// <summary>The defaults of a freshly booted kernel, for the knobs that this kernel has.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>.</exception>
    public KsmConfiguration Defaults()
    {
        KsmFiles.Require(_kernel);
        var defaults = new KsmConfiguration();
        foreach (KsmKnob knob in KsmKnob.All.Where(knob => _kernel.Exists(knob.Path)))
        {
            _ = knob.TryStore(defaults, knob.DefaultText);
        }

        return defaults;
    }

    /// <summary>The names of files in <see cref="KsmConfiguration.Other"/> that are settings, because somebody may write them. Their defaults nobody here knows.</summary>
    /// <param name="configuration">The configuration as it was read.</param>
    public IReadOnlyList<string> OtherSettings(KsmConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return _others.Settings(configuration);
    }

    /// <summary>The modes of the advisor that this kernel offers; none where it has no advisor.</summary>
    /// <exception cref="KsmToolsException">The file cannot be read.</exception>
    public IReadOnlyList<string> AdvisorModes
    {
        get
        {
            // A captured tree holds the word alone once it was set there.
            string? shown = _kernel.ReadText(KsmKnob.AdvisorMode.Path);
            return shown is null ? []
                : shown.Contains('[', StringComparison.Ordinal) ? [.. KernelChoice.All(shown).Select(KsmAdvisorMode.NameOf)]
                : [.. KsmAdvisorMode.Names.Union(KernelChoice.All(shown).Select(KsmAdvisorMode.NameOf))];
        }
    }

    /// <summary>Every knob as it is now, and every other file.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, or a knob cannot be read.</exception>
    public KsmConfiguration Read()
    {
        KsmFiles.Require(_kernel);
        var configuration = new KsmConfiguration();
        foreach (KsmKnob knob in KsmKnob.All)
        {
            if (_kernel.ReadText(knob.Path) is { } text && !knob.TryStore(configuration, text))
            {
                throw KernelErrors.ForContents(_kernel.Locate(knob.Path), text);
            }
        }

        configuration.Others = _others.Read();
        return configuration;
    }

    /// <summary>What applying a request would write, in order. Everything that can be known to fail is found here, before anything is written.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.KnobNotSupported"/>, <see cref="ErrorReason.KnobValueInvalid"/> or
    /// <see cref="ErrorReason.AccessDenied"/>.
    /// </exception>
    internal IReadOnlyList<KsmKnobChange> Plan(KsmConfiguration request)
    {
        IReadOnlyList<KsmKnobChange> changes = Preview(request);
        foreach (KsmKnob knob in changes.Select(KsmKnob.Of))
        {
            _kernel.RequireWritable(knob.Path);
        }

        return changes;
    }

    /// <summary>As <see cref="Plan"/>, also for a user who may not write.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <exception cref="KsmToolsException">As <see cref="Plan"/>, but for <see cref="ErrorReason.AccessDenied"/>.</exception>
    internal IReadOnlyList<KsmKnobChange> Preview(KsmConfiguration request)
    {
        ArgumentNullException.ThrowIfNull(request);
        KsmConfiguration current = Read();
        bool advisorEnds = KsmAdvisorMode.IsOn(current.AdvisorMode) && request.AdvisorMode == KsmAdvisorMode.None;
        bool advisorOwnsPagesToScan = KsmAdvisorMode.IsOn(request.AdvisorMode ?? current.AdvisorMode);
        var changes = new List<KsmKnobChange>();
        foreach (KsmKnob knob in KsmKnob.InApplyOrder(request))
        {
            if (knob.TextIn(request) is not { } wanted)
            {
                continue;
            }

            if (knob.IsOther)
            {
                _others.Require(knob, wanted);
                wanted = KernelChoice.Of(wanted, current.Other.GetValueOrDefault(knob.FileName));
            }

            // What can only be written has no value before, nor has an advisor of which no word is to be made out.
            string before = knob.TextIn(current)
                ?? (knob.IsOther || (knob == KsmKnob.AdvisorMode && _kernel.Exists(knob.Path)) ? string.Empty : throw KsmErrors.KnobNotSupported(knob, _kernel.Locate(knob.Path)));
            if (knob == KsmKnob.PagesToScan && advisorOwnsPagesToScan)
            {
                // A whole configuration carries the advisor's last choice along; only a bare request for pages_to_scan is a mistake.
                if (wanted != before && request.AdvisorMode is null)
                {
                    throw KsmErrors.AdvisorOwnsPagesToScan(_kernel.Locate(knob.Path));
                }

                continue;
            }

            // Ending the advisor makes the kernel put its default into pages_to_scan, so another wanted value is written even if it stands there now.
            if (wanted == before && !(knob == KsmKnob.PagesToScan && advisorEnds && wanted != knob.DefaultText))
            {
                continue;
            }

            if (knob == KsmKnob.AdvisorMode)
            {
                RequireOffered(wanted);
            }

            if (!knob.Takes(wanted))
            {
                throw KsmErrors.KnobValueInvalid(knob, _kernel.Locate(knob.Path), wanted);
            }

            if (!knob.Means(wanted))
            {
                throw KsmErrors.KnobValueMeaningless(knob, _kernel.Locate(knob.Path), wanted);
            }

            changes.Add(new KsmKnobChange(knob.Property, _kernel.Locate(knob.Path), before, wanted));
        }

        CheckAdvisorLimits(current, request);
        if (changes.Count > 1 && changes.FirstOrDefault(change => KsmKnob.Of(change) is { IsOther: true } knob && knob.TextIn(current) is null) is { } unknown)
        {
            throw KsmErrors.OtherUnknown(unknown.Path);
        }

        return changes;
    }

    /// <summary>Applies a request, or, when a knob fails, puts back what was written and throws.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <returns>What was written, and what was there right before; of a file of which nothing is known, how it shows what was written.</returns>
    /// <exception cref="KsmToolsException">As <see cref="Plan"/>; <see cref="ErrorReason.KnobBusy"/>; <see cref="ErrorReason.StateRestoreFailed"/> when putting back failed too.</exception>
    internal IReadOnlyList<KsmKnobChange> Apply(KsmConfiguration request)
    {
        var made = new List<KsmKnobChange>();
        KsmConfiguration now = Read();
        foreach (KsmKnobChange change in Plan(request))
        {
            // Somebody else may have set it a moment ago; then that is what it was.
            KsmKnob knob = KsmKnob.Of(change);
            made.Add(change with { Before = TextOf(knob) ?? change.Before });
            Errno errno = _kernel.TryWrite(knob.Path, change.After);
            if (errno != Errno.None)
            {
                KsmToolsException failure = KsmErrors.ForWrite(errno, knob, _kernel.Locate(knob.Path), change.After, _kernel.ReadInt64(KsmFiles.PagesShared));
                KsmConfiguration seen = Read();
                throw TryPutBack(KsmOwnChanges.None.With(now, request, made).Undo(seen), seen, failure) is [var (_, worse), ..] ? worse : failure;
            }

            if (knob.IsOther)
            {
                made[^1] = made[^1] with { After = TextOf(knob) ?? change.After };
            }
        }

        return made;
    }

    /// <summary>
    /// Puts values back, knob by knob, going on past a knob that fails. Nothing is written that is already so.
    /// A former <c>run</c> of 2 comes back as 0: 2 is the act of unmerging the whole host and not a setting.
    /// </summary>
    /// <param name="former">The values; null leaves a knob alone.</param>
    /// <param name="seen">The knobs by which that was decided: one that has another value by the time it is to be written is somebody else's. Stopping ksmd takes as long as a batch.</param>
    /// <param name="cause">The failure that made this necessary, if any.</param>
    /// <param name="lost">Called with a knob that is somebody else's, from what was seen to what is there; null for nobody.</param>
    /// <returns>The knobs that failed, each with <see cref="ErrorReason.StateRestoreFailed"/>.</returns>
    internal IReadOnlyList<(KsmKnob Knob, KsmToolsException Failure)> TryPutBack(
        KsmConfiguration former, KsmConfiguration seen, KsmToolsException? cause, Action<KsmKnobChange>? lost = null)
    {
        var failures = new List<(KsmKnob, KsmToolsException)>();
        bool advisorOwnsPagesToScan = KsmAdvisorMode.IsOn(former.AdvisorMode);
        foreach (KsmKnob knob in KsmKnob.InApplyOrder(former))
        {
            if (knob.TextIn(former) is not { } wanted || (knob == KsmKnob.PagesToScan && advisorOwnsPagesToScan))
            {
                continue;
            }

            if (TextOf(knob) is not { } present || present == wanted)
            {
                continue;
            }

            // Switching the advisor changes pages_to_scan.
            if (present != knob.TextIn(seen) && !(knob == KsmKnob.PagesToScan && former.AdvisorMode is not null))
            {
                lost?.Invoke(new KsmKnobChange(knob.Property, knob.Path, knob.TextIn(seen) ?? string.Empty, present));
                continue;
            }

            string text = knob == KsmKnob.Run && wanted == "2" ? "0" : wanted;
            Errno errno = _kernel.TryWrite(knob.Path, text);
            if (errno != Errno.None)
            {
                failures.Add((knob, KsmErrors.RestoreFailed(_kernel.Locate(knob.Path), text, errno, cause)));
            }
        }

        return failures;
    }

    // The kernel takes them one by one, in any order. With a least above the most the advisor always chooses the most.
    private void CheckAdvisorLimits(KsmConfiguration current, KsmConfiguration request)
    {
        ulong? least = request.AdvisorMinPagesToScan ?? current.AdvisorMinPagesToScan;
        ulong? most = request.AdvisorMaxPagesToScan ?? current.AdvisorMaxPagesToScan;
        bool changes = least != current.AdvisorMinPagesToScan || most != current.AdvisorMaxPagesToScan;
        if (changes && least > most)
        {
            throw KsmErrors.AdvisorLimitsCrossed(_kernel.Locate(KsmKnob.AdvisorMinPagesToScan.Path), least.Value, most.Value);
        }
    }

    private void RequireOffered(string word)
    {
        if (!AdvisorModes.Contains(KsmAdvisorMode.NameOf(word)))
        {
            throw KsmErrors.KnobValueInvalid(KsmKnob.AdvisorMode, _kernel.Locate(KsmKnob.AdvisorMode.Path), word, range: string.Join(", ", AdvisorModes));
        }
    }

    private string? TextOf(KsmKnob knob)
    {
        if (knob.IsOther)
        {
            return _others.TextOf(knob.FileName) is { } shown ? KernelChoice.Of(shown) : null;
        }

        var present = new KsmConfiguration();
        return _kernel.ReadText(knob.Path) is { } text && knob.TryStore(present, text) ? knob.TextIn(present) : null;
    }
}
