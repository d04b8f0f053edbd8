using KsmTools.Interop;

namespace KsmTools.Tests.Support;

/// <summary>What a test needs of the machine. Where it is missing, the test is skipped and says what was missing.</summary>
internal static class Needs
{
    public static void Root() => Assert.SkipUnless(CurrentUser.IsRoot, "needs root");

    public static void Ksm()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        Root();
        Assert.SkipUnless(FileCalls.Access("/sys/kernel/mm/ksm/run", FileCalls.MayWrite) == 0, "needs a writable /sys/kernel/mm/ksm");
    }

    public static void KsmEvents()
    {
        Root();
        Assert.SkipUnless(RealTracing.HasKsmEvents(), "needs a kernel with the tracepoints of KSM");
        Assert.SkipUnless(RealTracing.Sessions().Count == 0, "needs a machine without trace sessions of this module");
    }

    /// <summary>Trace sessions of walks, and compaction to make some.</summary>
    public static void Migration()
    {
        Root();
        Assert.SkipUnless(RealTracing.HasMigrationEvents(), "needs a kernel with migrate:set_migration_pte");
        Assert.SkipUnless(FileCalls.Access("/proc/sys/vm/compact_memory", FileCalls.MayWrite) == 0, "needs memory compaction (CONFIG_COMPACTION)");
    }

    /// <summary>Root, and a kernel with trace events.</summary>
    public static void Tracing()
    {
        Root();
        Assert.SkipUnless(Directory.Exists("/sys/kernel/tracing"), "needs a kernel with CONFIG_TRACING");
    }

    public static void Program(string name) => Assert.SkipUnless(HasProgram(name), $"needs {name} on PATH");

    /// <summary>Whether a program is on PATH.</summary>
    public static bool HasProgram(string name) => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}
