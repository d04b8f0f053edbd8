using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Report;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>What a report can say of how its walks were taken.</summary>
internal static class ReportFacts
{
    private const string Walks = "KSM walks";

    private const string Kernel = "Kernel";
    private const string Knobs = "KSM";
    private const string Sharing = "max_page_sharing";

    // What walks that are put together should have in common. Another max_page_sharing makes a group of its own, and what was walked may differ by page type.
    private static readonly (string Property, string Name)[] ConditionsOfResults = [(Kernel, Kernel), ("WalkBounds", Walks)];

    private static readonly (string Property, string Name)[] OfResults =
    [
        ("Source", "Source of events"), ("Trigger", "Trigger"), ("Layout", "Layout"), ("PageCount", "Pages"), ("VmaCount", "VMAs"), ("MaxPageSharing", Sharing),
    ];

    private static readonly (string Property, string Name)[] OfKsm =
    [
        (nameof(KsmConfiguration.Run), "run"), (nameof(KsmConfiguration.PagesToScan), "pages_to_scan"), (nameof(KsmConfiguration.SleepMilliseconds), "sleep_millisecs"),
        (nameof(KsmConfiguration.MergeAcrossNodes), "merge_across_nodes"), (nameof(KsmConfiguration.UseZeroPages), "use_zero_pages"),
        (nameof(KsmConfiguration.SmartScan), "smart_scan"), (nameof(KsmConfiguration.AdvisorMode), "advisor_mode"),
    ];

    /// <summary>What a trace says of itself.</summary>
    public static void OfReader(RmapReport report, ITraceReader reader)
    {
        foreach (ITraceReader part in reader.Parts)
        {
            if (part.Kernel is { } kernel)
            {
                report.AddCondition(Kernel, kernel);
            }

            report.AddTrace(part.Path, part.Format == TraceFormat.Auto ? string.Empty : part.Format.ToString());
        }
    }

    /// <summary>What a benchmark's result says.</summary>
    public static void OfResult(RmapReport report, PropertyBag result)
    {
        foreach ((string property, string name) in ConditionsOfResults)
        {
            if (result.Text(property)?.Trim() is { Length: > 0 } value)
            {
                report.AddCondition(name, value);
            }
        }

        foreach ((string property, string name) in OfResults)
        {
            if (result.Text(property) is { } value)
            {
                report.AddFact(name, value);
            }
        }

        // One benchmark takes KSM pages under other settings than anonymous ones: walks that are not put together may differ.
        if (result.Item("Settings") is { } settings)
        {
            AddKnobs(report, settings, $"{result.Text("PageType")} {result.Text("MaxPageSharing")}");
        }
    }

    /// <summary>What this machine is and how KSM is set here.</summary>
    public static void OfSystem(RmapReport report, KernelTree tree)
    {
        if (tree.ReadText("/proc/sys/kernel/osrelease")?.Trim() is { Length: > 0 } release)
        {
            report.AddCondition(Kernel, release);
        }

        report.AddCondition(Walks, KsmWalkBoundsReader.Read(tree).ToString());
        if (tree.ReadText("/sys/devices/system/cpu/online")?.Trim() is { Length: > 0 } cpus)
        {
            report.AddCondition("CPUs", cpus);
        }

        if (tree.ReadText("/sys/devices/system/node/online")?.Trim() is { Length: > 0 } nodes)
        {
            report.AddCondition("NUMA nodes", nodes);
        }

        try
        {
            AddKnobs(report, new KsmConfigurationStore(tree).Read(), of: string.Empty);
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.KsmNotSupported)
        {
            report.AddCondition(Knobs, failure.Message);
        }
    }

    private static void AddKnobs(RmapReport report, object settings, string of)
    {
        if (PropertyBag.OfAny(settings, nameof(KsmConfiguration.PagesToScan), nameof(KsmConfiguration.MaxPageSharing)) is not { } ksm)
        {
            return;
        }

        report.AddCondition(Knobs, string.Join(", ", OfKsm.Where(knob => ksm.Text(knob.Property) is not null).Select(knob => knob.Name + " " + ksm.Text(knob.Property))), of);
        if (ksm.Text(nameof(KsmConfiguration.MaxPageSharing)) is { } sharing)
        {
            report.AddFact(Sharing, sharing);
        }
    }
}
