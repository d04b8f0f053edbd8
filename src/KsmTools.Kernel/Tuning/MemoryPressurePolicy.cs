using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Tuning;

/// <summary>Steps of the memory pressure policy. What they change is on record, so that a later step, in another process, knows what to take back.</summary>
public sealed class MemoryPressurePolicy
{
    private readonly KernelTree _kernel;
    private readonly KsmConfigurationStore _store;
    private readonly MemoryPressureOptions _options;

    /// <summary>The policy on one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="options">How to react.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/>: the least is more than the most.</exception>
    public MemoryPressurePolicy(KernelTree kernel, MemoryPressureOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        if (options.MinimumPagesToScan > options.MaximumPagesToScan)
        {
            throw new KsmToolsException(
                ErrorReason.KnobValueInvalid,
                options.MinimumPagesToScan,
                Text.Format(Messages.PressureLimits, options.MinimumPagesToScan, options.MaximumPagesToScan),
                Messages.PressureLimitsAction);
        }

        _kernel = kernel;
        _store = new KsmConfigurationStore(kernel);
        _options = options;
    }

    /// <summary>The next step. Nothing is written.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>; <see cref="ErrorReason.KernelIoError"/>: <c>/proc/meminfo</c> does not say.</exception>
    public KsmRecommendation Recommend() => Recommend(KsmPolicyRecord.Read(_kernel, _store.Read()), out _);

    /// <summary>Makes the next step, by the state of the machine at this moment.</summary>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException">As <see cref="Recommend()"/> and <see cref="KsmSettings.Set"/>.</exception>
    public KsmRecommendation Apply(ActingCommand command) => TryApply(agreed: null, command)!;

    /// <summary>Makes the next step, by the state of the machine at this moment, unless that would write something else by now than what was agreed to.</summary>
    /// <param name="agreed">What <see cref="Recommend()"/> gave; null for whatever it is.</param>
    /// <param name="command">The command.</param>
    /// <returns>The step; null where it would be another one.</returns>
    /// <exception cref="KsmToolsException">As <see cref="Apply"/>.</exception>
    public KsmRecommendation? TryApply(KsmRecommendation? agreed, ActingCommand command)
    {
        if (!_kernel.IsWritable(KsmFiles.Run) && agreed is { Action: KsmTuningAction.None })
        {
            CommandLock.RequireFree(_kernel, CommandLock.Settings);
            return Recommend() is { Action: KsmTuningAction.None } step ? step : null;
        }

        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        _ = KsmLeftover.TakeBack(_kernel, notices);
        return TryApply(agreed, KsmPolicyRecord.TakeOver(_kernel, _store.Read(), notices), command);
    }

    /// <summary>Begins a series of steps that ends with taking back what they changed, and what is on record.</summary>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.AccessDenied"/>; <see cref="ErrorReason.KnobBusy"/>: another command holds the lock.</exception>
    public MemoryPressureSession Begin(ActingCommand command)
    {
        var settings = KsmTemporarySettings.Begin(_kernel, command, adopted: (now, notices) => KsmPolicyRecord.TakeOver(_kernel, now, notices));
        try
        {
            // It is in the journal now.
            KsmPolicyRecord.Write(_kernel, command, KsmOwnChanges.None);
            return new MemoryPressureSession(this, settings);
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    internal KsmRecommendation Recommend(KsmOwnChanges own, out PressureDecision decision)
    {
        KsmConfiguration now = _store.Read();
        PressureReadings memory = PressureReadings.Read(_kernel);
        decision = PressureDecision.Make(memory, now, own, _options);
        return new KsmRecommendation
        {
            Policy = KsmPolicy.MemoryPressure,
            Action = decision.Action,
            Current = now,
            Recommended = decision.Request,
            Changes = [.. _store.Preview(decision.Request)],
            Reasons = [.. decision.Reasons],
            AvailableBytes = memory.Available,
            ThresholdBytes = memory.Threshold(_options),
            SavedBytes = memory.Saved,
        };
    }

    private KsmRecommendation? TryApply(KsmRecommendation? agreed, KsmOwnChanges own, ActingCommand command)
    {
        KsmRecommendation step = Recommend(own, out PressureDecision decision);
        if (agreed is not null && (agreed.Action != step.Action || step.Changes.Except(agreed.Changes).Any()))
        {
            return null;
        }

        if (decision.Action is KsmTuningAction.Stop or KsmTuningAction.Restore)
        {
            _store.Apply(decision.Request);
            KsmPolicyRecord.Write(_kernel, command, KsmOwnChanges.None);
        }
        else if (decision.Action != KsmTuningAction.None)
        {
            Set(own, step, decision.Request, command);
        }

        return step with { Applied = decision.Action != KsmTuningAction.None };
    }

    private void Set(KsmOwnChanges own, KsmRecommendation step, KsmConfiguration request, ActingCommand command)
    {
        _ = _store.Plan(request);
        KsmOwnChanges changes = own.With(step.Current, request);
        KsmPolicyRecord.Write(_kernel, command, changes);
        try
        {
            KsmOwnChanges made = own.With(step.Current, request, _store.Apply(request));
            if (!made.IsSameAs(changes))
            {
                KsmPolicyRecord.Write(_kernel, command, made);
            }
        }
        catch
        {
            KsmPolicyRecord.Write(_kernel, command, changes.AfterFailure(own, _store.Read()));
            throw;
        }
    }
}
