using System.Text;
using KsmTools.Ksm;

namespace KsmTools.Metrics;

/// <summary>The metrics of <see cref="KsmProcess"/>, each with the process's id and name: of all processes, or of those with the most merged pages.</summary>
internal sealed class ProcessMetrics
{
    private const string Pages = "pages";
    private const string Bytes = "bytes";

    private readonly List<(KsmProcess Process, string? Host)> _processes = [];

    public void Add(KsmProcess process, string? host) => _processes.Add((process, host));

    /// <summary>Writes the processes.</summary>
    /// <param name="text">Takes them.</param>
    /// <param name="format">How they are spelled.</param>
    /// <param name="most">How many of each host; null for all.</param>
    public void Write(StringBuilder text, MetricFormat format, int? most)
    {
        MetricTable<KsmProcess> table = Table();
        foreach (IGrouping<string?, (KsmProcess Process, string? Host)> host in _processes.GroupBy(item => item.Host))
        {
            IEnumerable<KsmProcess> ranked = host.Select(item => item.Process)
                .OrderByDescending(process => (process.MergingPages ?? 0) + (process.ZeroPages ?? 0))
                .ThenByDescending(process => process.RmapItems ?? 0)
                .Take(most ?? int.MaxValue);
            foreach (KsmProcess process in ranked)
            {
                table.Add(process, KsmMetrics.Host(host.Key).With("pid", process.Id).With("name", process.Name ?? string.Empty));
            }
        }

        table.Write(text, format);
    }

    private static MetricTable<KsmProcess> Table() => new MetricTable<KsmProcess>()
        .With("ksm_process_rmap_items", "Pages that ksmd keeps an item for.", process => MetricNumber.Maybe(process.RmapItems))
        .With("ksm_process_merging_pages", MetricKind.Gauge, Pages, "Pages of the process that are merged.", process => MetricNumber.Maybe(process.MergingPages))
        .With("ksm_process_zero_pages", MetricKind.Gauge, Pages, "Pages of the process that KSM replaced by the zero page.", process => MetricNumber.Maybe(process.ZeroPages))
        .With("ksm_process_profit_bytes", MetricKind.Gauge, Bytes, "Memory saved less that of items; negative where KSM costs more than it saves.", process => MetricNumber.Maybe(process.Profit))
        .With("ksm_process_metadata_bytes", MetricKind.Gauge, Bytes, "Kernel memory that the items take.", process => MetricNumber.Maybe(process.MetadataBytes));
}
