using System.Globalization;
using System.Runtime.InteropServices;

namespace KsmTools.Files;

/// <summary>Which signals this process ignores, as nohup(1) has it do: <c>SigIgn</c> of <c>/proc/self/status</c> (proc_pid_status(5)).</summary>
internal static class IgnoredSignals
{
    private const string Key = "SigIgn:";

    /// <summary>Whether a signal is ignored.</summary>
    /// <param name="signal">SIGHUP or SIGTERM, whose numbers are the same everywhere.</param>
    public static bool Contains(PosixSignal signal)
    {
        int number = signal == PosixSignal.SIGHUP ? 1 : 15;
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return ulong.TryParse(line.AsSpan(Math.Min(Key.Length, line?.Length ?? 0)), NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out ulong mask)
            && (mask >> (number - 1) & 1) == 1;
    }
}
