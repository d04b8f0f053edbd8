using System.Globalization;

namespace KsmTools.Fuzz;

/// <summary>What the kernel says that this process has in memory (proc_pid_status(5)), which counts what native code allocates too.</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes now.</summary>
    public static long Now => Read("VmRSS:");

    /// <summary>The most there ever were.</summary>
    public static long Peak => Read("VmHWM:");

    private static long Read(string name)
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return 1024 * long.Parse(line.AsSpan(name.Length, line.Length - name.Length - " kB".Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }
}
