using KsmTools.Errors;
using KsmTools.Ksm;

namespace KsmTools.Tuning;

/// <summary>Steps of the memory pressure policy one after the other, under the lock. <see cref="Dispose"/> takes back what they changed and nobody has changed since.</summary>
public sealed class MemoryPressureSession : IDisposable
{
    private readonly MemoryPressurePolicy _policy;
    private readonly KsmTemporarySettings _settings;

    internal MemoryPressureSession(MemoryPressurePolicy policy, KsmTemporarySettings settings)
    {
        _policy = policy;
        _settings = settings;
    }

    /// <summary>Makes a step.</summary>
    /// <exception cref="KsmToolsException">As <see cref="MemoryPressurePolicy.Apply"/>.</exception>
    public KsmRecommendation Step()
    {
        KsmRecommendation step = _policy.Recommend(_settings.Own, out PressureDecision decision);
        if (decision.Action is KsmTuningAction.Stop or KsmTuningAction.Restore)
        {
            _settings.TakeBack();
        }
        else if (decision.Action != KsmTuningAction.None)
        {
            _settings.Apply(decision.Request);
        }

        return step with { Applied = decision.Action != KsmTuningAction.None };
    }

    /// <inheritdoc/>
    public void Dispose() => _settings.Dispose();
}
