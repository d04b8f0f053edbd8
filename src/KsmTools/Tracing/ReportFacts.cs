using System.Globalization;
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

    private static readonly (string Property, string Name)[] OfResults =
    [
        ("Kernel", "Kernel"), ("WalkBounds", Walks), ("Source", "Source of events"), ("Trigger", "Trigger"), ("Layout", "Layout"), ("PageCount", "Pages"), ("VmaCount", "VMAs"), ("MaxPageSharing", "max_page_sharing"),
    ];

    /// <summary>What a trace says of itself.</summary>
    public static void OfReader(RmapReport report, ITraceReader reader)
    {
        foreach (ITraceReader part in reader.Parts)
        {
            report.AddFact("Trace", Path.GetFileName(part.Path) + (part.Format == TraceFormat.Auto ? string.Empty : $" ({part.Format})"));
        }

        if (reader.Kernel is { } kernel)
        {
            report.AddFact("Kernel", kernel);
        }
    }

    /// <summary>What a benchmark's result says.</summary>
    public static void OfResult(RmapReport report, PropertyBag result)
    {
        foreach ((string property, string name) in OfResults)
        {
            if (result.Text(property) is { } value)
            {
                report.AddFact(name, value);
            }
        }

        if (result.Item("Settings") is KsmConfiguration settings)
        {
            report.AddFact("KSM", Knobs(settings));
        }
    }

    /// <summary>What this machine is and how KSM is set here.</summary>
    public static void OfSystem(RmapReport report, KernelTree tree)
    {
        if (tree.ReadText("/proc/sys/kernel/osrelease")?.Trim() is { Length: > 0 } release)
        {
            report.AddFact("Kernel", release);
        }

        report.AddFact(Walks, KsmWalkBoundsReader.Read(tree).ToString());
        if (tree.ReadText("/sys/devices/system/cpu/online")?.Trim() is { Length: > 0 } cpus)
        {
            report.AddFact("CPUs", cpus);
        }

        if (tree.ReadText("/sys/devices/system/node/online")?.Trim() is { Length: > 0 } nodes)
        {
            report.AddFact("NUMA nodes", nodes);
        }

        try
        {
            report.AddFact("KSM", Knobs(new KsmConfigurationStore(tree).Read()));
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.KsmNotSupported)
        {
            report.AddFact("KSM", failure.Message);
        }
    }

    private static string Knobs(KsmConfiguration ksm)
    {
        (string Name, object? Value)[] knobs =
        [
            ("run", ksm.Run), ("pages_to_scan", ksm.PagesToScan), ("sleep_millisecs", ksm.SleepMilliseconds), ("max_page_sharing", ksm.MaxPageSharing),
            ("merge_across_nodes", ksm.MergeAcrossNodes), ("use_zero_pages", ksm.UseZeroPages), ("smart_scan", ksm.SmartScan), ("advisor_mode", ksm.AdvisorMode),
        ];
        return string.Join(", ", knobs.Where(knob => knob.Value is not null).Select(knob => string.Create(CultureInfo.InvariantCulture, $"{knob.Name} {knob.Value}")));
    }
}
