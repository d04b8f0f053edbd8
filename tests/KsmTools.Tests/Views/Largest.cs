using System.Globalization;
using System.IO.Enumeration;
using System.Reflection;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Views;

/// <summary>Objects whose figures are as long, and whose names and texts as long, as machines of today make them.</summary>
internal static class Largest
{
    // 16 TiB of pages of 4 KiB; as many of one process; a thousand counted events short of ten digits.
    private const long MachinePages = 4_294_967_296;
    private const long ProcessPages = 4_294_967_295;
    private const long Counted = 9_999_999_999;
    private const int LargestInt = 268_435_456;
    private const long Clock = 1_764_500_000_123_456_789;
    private const long Size = 1_099_404_000_000;
    private const string Name = "qemu-system-x86_";

    private const string Sentence =
        "The kernel has neither the tracepoints nor probes: CONFIG_FPROBE_EVENTS and CONFIG_KPROBE_EVENTS are off, and page_idle_clear_pte_refs cannot be seen. "
        + "Boot a kernel that has them, or use -Source MigrationPte.";

    // The first that fits: a property of a type, or of any.
    private static readonly (string Pattern, object Value)[] Known =
    [
        ("RmapBenchmarkResult.Count", 100_000L), ("RmapBystanderCalls.Count", 10_000_000L), ("Beyond*", 100_000L), ("KsmWalkMeasurement.Count", 100_000L), ("KsmMigrationTest.PagesSharing", 1_000_000L), ("KsmMigrationTest.*Pages*", 100_000L),
        ("NumaNode.Id", 1023), ("TraceCpuStatistics.Bytes", 4_294_967_296L), ("KsmStatus.SavedBytes", Size), ("KsmStatusSample.SavedBytes", Size), ("RmapTriggerResult.*Node", 127),
        ("TimestampNanoseconds", Clock), ("StartNanoseconds", Clock), ("P99*", 99_999_800_000_000L), ("*Nanoseconds", 358_314_999L),
        ("Duration", TimeSpan.FromMilliseconds(358.31)), ("*Time", TimeSpan.FromDays(9)),
        ("Id", 4_194_304), ("ThreadId", 4_194_304), ("Cpu", 8191), ("EndCpu", 8190), ("*Node", 1023),
        ("Profit", -Size), ("*SavedBytes", -Size), ("*Bytes", Size), ("BytesSaved", -Size), ("PageSize", 4096), ("Sample", 0.1),
        ("PagesShared", MachinePages), ("PagesSharing", MachinePages), ("PagesMerged", MachinePages), ("RmapItems", MachinePages), ("ZeroPages", 268_435_456L),
        ("*Pages", ProcessPages), ("Pages", Counted), ("PageFrame", 68_719_476_735L), ("ShareCount", 1_000_000L), ("PageCount", 268_435_456),
        ("Address", 0x00fffffffffff000L), ("VmaCount", 262_144), ("MaxPageSharing", 1_000_000L), ("SleepMilliseconds", 4_000_000_000L), ("PagesToScan", 4_000_000_000L),
        ("FullScans", 1_000_000L), ("Scans", 100_000L), ("Entries", Counted), ("Overrun", Counted / 2), ("Dropped", Counted / 4), ("MissedReturns", Counted / 4),
        ("*Count", 100_000_000L), ("Unmatched*", 1234L), ("LostEvents", 99_999L), ("IncompleteScans", 1000L), ("Attempts", 10),
        ("*PerSecond", 1_000_000.0), ("KsmdCpuPercent", 99.9), ("*Percent", 89_999.0), ("Pfn", 4_294_967_296UL), ("Mm", 0xffff_8881_0000_0000UL),
        ("Name", Name), ("Command", Name), ("Caller", "page_idle_clear_pte_refs"), ("Function", "rwsem_down_write_slowpath"), ("Clock", "x86-tsc"), ("Knob", "stable_node_chains_prune_millisecs"),
        ("Before", "18446744073709551615"), ("After", "18446744073709551615"), ("Cpus", "0-27,56-83,112-139"), ("Filter", "page_type == 'ksm' && common_pid == 4194304"),
        ("Distances", 255), ("AdvisorMode", "adaptive"),
    ];

    // PowerShell shows four items of a list, and three dots for the rest.
    private const int Listed = 5;

    /// <summary>An object of a type, with the objects within it.</summary>
    public static object Make(Type type) => Filled.Make(type, Value, Listed);

    private static object? Value(PropertyInfo property, Type type) =>
        type.IsEnum ? Longest(type)
        : Known.FirstOrDefault(item => Fits(item.Pattern, property.ReflectedType!.Name, property.Name)).Value is { } known && Converted(known, type) is { } value ? value
        : type == typeof(string) ? Sentence
        : null;

    private static object? Converted(object known, Type type) =>
        known.GetType() == type ? known
        : type.IsPrimitive && known is IConvertible and not string && type != typeof(bool) ? Convert.ChangeType(type == typeof(int) && known is long large ? Math.Min(large, LargestInt) : known, type, CultureInfo.InvariantCulture)
        : null;

    private static object Longest(Type type)
    {
        string[] names = type.IsDefined(typeof(FlagsAttribute)) ? [string.Join(',', Enum.GetNames(type).Where(name => name != "None").Take(6))] : Enum.GetNames(type);
        return Enum.Parse(type, names.MaxBy(name => name.Length)!);
    }

    private static bool Fits(string pattern, string owner, string name) =>
        FileSystemName.MatchesSimpleExpression(pattern, pattern.Contains('.', StringComparison.Ordinal) ? $"{owner}.{name}" : name, ignoreCase: false);
}
