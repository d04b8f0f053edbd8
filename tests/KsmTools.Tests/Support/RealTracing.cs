using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Support;

/// <summary>The running kernel's tracing: a test that makes sessions checks that it left everything as it was.</summary>
internal static class RealTracing
{
    private const string Folder = "/sys/kernel/tracing";
    private const string Own = "/run/ksmtools";

    private static readonly string[] Files =
    [
        "tracing_on", "trace_clock", "buffer_size_kb", "buffer_percent", "buffer_subbuf_size_kb", "current_tracer", "trace_options", "tracing_cpumask", "set_event",
        "set_event_pid", "saved_cmdlines_size", "error_log", "events/enable",
    ];

    /// <summary>Whether KSM's events are there; where tracefs is not mounted, it is for a moment.</summary>
    public static bool HasKsmEvents() => Look(folder => Directory.Exists($"{folder}/events/ksm"));

    /// <summary>Whether the migration tracepoints are there.</summary>
    public static bool HasMigrationEvents() => Look(folder => Directory.Exists($"{folder}/events/migrate/set_migration_pte"));

    /// <summary>Whether the events of waits for locks are there, which Linux 5.19 brought.</summary>
    public static bool HasContentionEvents() => Look(folder => Directory.Exists($"{folder}/events/lock/contention_begin"));

    /// <summary>Whether the events of system calls are there.</summary>
    public static bool HasSystemCallEvents() => Look(folder => Directory.Exists($"{folder}/events/raw_syscalls"));

    /// <summary>Where an instance is or would be; tracefs must be mounted, here or by debugfs.</summary>
    public static string Instance(string name) => TraceFs.Get(new KernelTree("/")).Instance(name).Path;

    /// <summary>Names of this module's sessions.</summary>
    public static IReadOnlyList<string> Sessions() => [.. Names($"{Own}/sessions").Where(name => !name.StartsWith('.'))];

    /// <summary>Whether a session has seen something, still there or taken out of its buffers.</summary>
    public static bool HasEvents(string session)
    {
        string processors = Path.Combine(Instance(session), "per_cpu");
        return Directory.Exists(processors) && Directory.EnumerateDirectories(processors).SelectMany(processor => File.ReadLines(Path.Combine(processor, "stats")))
            .Any(line => line.Split(": ") is ["entries" or "read events", not "0"]);
    }

    /// <summary>Whether a process has a session's buffers open, which is when it waits for events or takes them.</summary>
    public static bool IsReadBy(string session, int process)
    {
        string buffers = Instance(session) + "/";
        return Directory.EnumerateFiles($"/proc/{process}/fd").Any(file =>
            new FileInfo(file).LinkTarget is { } target && target.StartsWith(buffers, StringComparison.Ordinal) && Path.GetFileName(target).StartsWith("trace_pipe", StringComparison.Ordinal));
    }

    /// <summary>All that a session could change, and what this module keeps of it.</summary>
    public static string Snapshot() => Look(folder => string.Join('\n', Files
        .Where(name => File.Exists($"{folder}/{name}"))
        .Select(name => $"{name}: {File.ReadAllText($"{folder}/{name}").Trim()}")
        .Append($"dynamic_events: {string.Join(", ", File.Exists($"{folder}/dynamic_events") ? File.ReadLines($"{folder}/dynamic_events").Where(IsOwn) : [])}")
        .Append($"instances: {string.Join(' ', Names($"{folder}/instances").Where(IsOwn))}")
        .Append($"sessions: {string.Join(' ', Sessions())}")
        .Append($"state: {(File.Exists($"{Own}/tracing") ? File.ReadAllText($"{Own}/tracing") : "none")}")
        .Append($"mounts: {string.Join(", ", File.ReadLines("/proc/self/mounts").Where(line => line.Contains(Folder, StringComparison.Ordinal)))}")));

    /// <summary>Does something while the top level's options are others, which are put back.</summary>
    /// <param name="options">As <c>trace_options</c> has them: <c>raw</c>, <c>nooverwrite</c>.</param>
    /// <param name="action">What to do.</param>
    public static void UnderOptions(string[] options, Action action) => _ = Look(folder =>
    {
        string file = $"{folder}/trace_options";
        string[] before = File.ReadAllLines(file);
        try
        {
            foreach (string option in options)
            {
                File.WriteAllText(file, option);
            }

            action();
        }
        finally
        {
            foreach (string option in before.Where(option => options.Contains(option.StartsWith("no", StringComparison.Ordinal) ? option[2..] : "no" + option)))
            {
                File.WriteAllText(file, option);
            }
        }

        Assert.Equal(before, File.ReadAllLines(file));
        return true;
    });

    // Others may have instances and probes of theirs, which come and go when they like; what tests make is named like the module.
    private static bool IsOwn(string name) => name.Contains("ksmtools", StringComparison.Ordinal);

    private static string[] Names(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    // At a place of its own, so that where tracefs belongs nothing is changed.
    private static T Look<T>(Func<string, T> look)
    {
        using var folder = new TemporaryFolder();
        Assert.SkipUnless(MountCalls.TryMount("tracefs", folder.Path) == Errno.None, "needs a kernel with tracefs, and the right to mount it");
        try
        {
            return look(folder.Path);
        }
        finally
        {
            Assert.Equal(Errno.None, MountCalls.TryUnmount(folder.Path));
        }
    }
}
