using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Records;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Metrics;

/// <summary>
/// Counters, settings, processes and walks as metrics for a monitoring system (OpenMetrics 1.0). Names carry base units; what the kernel does not say has no series; of two
/// objects that say the same of the same thing the later one counts.
/// </summary>
public sealed class KsmMetrics
{
    /// <summary>A document without metrics.</summary>
    public const string Empty = "# EOF\n";

    private readonly MetricTable<KsmStatus> _status = StatusMetrics.Table();
    private readonly MetricTable<KsmConfiguration> _configuration = ConfigurationMetrics.Table();
    private readonly ProcessMetrics _processes = new();
    private readonly WalkMetrics _walks;

    /// <summary>No metrics yet.</summary>
    /// <param name="bounds">The upper bounds of a histogram's buckets, in seconds; <see cref="DefaultBounds"/> unless given.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/>: they do not ascend from above 0.</exception>
    public KsmMetrics(IReadOnlyList<double>? bounds = null)
    {
        bounds ??= DefaultBounds;
        if (bounds.Any(bound => bound is not (>= 1e-9 and <= 1e9)) || bounds.Zip(bounds.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, bounds, Messages.MetricBounds, Messages.MetricBoundsAction);
        }

        _walks = new WalkMetrics(bounds);
    }

    /// <summary>1, 2.5 and 5 of every decade from a microsecond to ten seconds.</summary>
    public static IReadOnlyList<double> DefaultBounds { get; } =
    [
        1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ];

    /// <summary>Adds counters.</summary>
    /// <param name="status">The counters.</param>
    /// <param name="host">The machine they are of; null for the one that is scraped.</param>
    public void Add(KsmStatus status, string? host = null) => _status.Add(status, Host(host));

    /// <summary>Adds settings.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="host">The machine they are of; null for the one that is scraped.</param>
    public void Add(KsmConfiguration configuration, string? host = null) => _configuration.Add(configuration, Host(host));

    /// <summary>Adds a process.</summary>
    /// <param name="process">What KSM does for it.</param>
    /// <param name="host">The machine it is on; null for the one that is scraped.</param>
    public void Add(KsmProcess process, string? host = null) => _processes.Add(process, host);

    /// <summary>Adds a group of walks.</summary>
    /// <param name="walks">The group, with its histogram.</param>
    /// <param name="host">The machine they were on; null for the one that is scraped.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/>: the clock of their trace does not count time, so there are no seconds.</exception>
    public void Add(RmapMeasuredSet walks, string? host = null)
    {
        ArgumentNullException.ThrowIfNull(walks);
        if (walks.Statistics.TimeUnit != RmapTimeUnit.Nanoseconds)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, walks.Statistics, Messages.MetricTicks, Messages.MetricTicksAction);
        }

        _walks.Add(walks, host);
    }

    /// <summary>Adds a machine's counters, settings and the processes that use KSM.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <returns>Why processes are missing, such as those that this user may not read, or a captured tree lacks; null where none are.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, or what the kernel said.</exception>
    public KsmToolsException? AddSystem(KernelTree kernel)
    {
        Add(new KsmStatusReader(kernel).Read());
        Add(new KsmConfigurationStore(kernel).Read());
        var reader = new KsmProcessReader(kernel);
        var unread = new KsmUnreadProcesses(reader);
        try
        {
            foreach (KsmProcess process in reader.ReadAll(unread.Add).Where(process => process.UsesKsm()))
            {
                Add(process);
            }
        }
        catch (KsmToolsException failure)
        {
            // Before 5.19 the kernel counted for the whole machine only.
            return failure.Reason == ErrorReason.KsmNotSupported ? null : failure;
        }

        return unread.Failures.FirstOrDefault() ?? unread.Lacking ?? reader.Hidden();
    }

    /// <summary>Everything that was added, as one document.</summary>
    /// <param name="format">How it is spelled.</param>
    /// <param name="processes">How many processes of each host, those with the most merged pages; null for all.</param>
    /// <returns>Lines that end with <c>\n</c>, the last one <c># EOF</c>; that one alone where there is nothing to say.</returns>
    public string Write(MetricFormat format, int? processes = null)
    {
        var text = new StringBuilder();
        _status.Write(text, format);
        _configuration.Write(text, format);
        _processes.Write(text, format, processes);
        _walks.Write(text, format);
        return text.Append(Empty).ToString();
    }

    /// <summary>The labels that everything of a machine has.</summary>
    internal static MetricLabels Host(string? name) => default(MetricLabels).With("host", name);
}
