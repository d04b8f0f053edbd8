namespace KsmTools.Ksm;

/// <summary>
/// What switching the advisor does beside it: whoever does it changes <c>pages_to_scan</c>, which begins with the advisor's least and ends with the kernel's default
/// (<c>set_advisor_defaults</c> in mm/ksm.c).
/// </summary>
internal static class AdvisorEffects
{
    /// <summary>A request with its effects.</summary>
    /// <param name="now">The knobs before it.</param>
    /// <param name="request">The knobs that are set; null leaves a knob alone.</param>
    public static KsmConfiguration Of(KsmConfiguration now, KsmConfiguration request)
    {
        if (request.AdvisorMode is not { } mode || mode == now.AdvisorMode || now.AdvisorMode is null)
        {
            return request;
        }

        KsmConfiguration effects = request.Clone();
        if (KsmAdvisorMode.IsOn(mode))
        {
            effects.PagesToScan = (uint?)(request.AdvisorMinPagesToScan ?? now.AdvisorMinPagesToScan);
        }
        else if (request.PagesToScan is null)
        {
            _ = KsmKnob.PagesToScan.TryStore(effects, KsmKnob.PagesToScan.DefaultText);
        }

        return effects;
    }
}
