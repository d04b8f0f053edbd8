using KsmTools.Interop;

namespace KsmTools.Benchmarks;

/// <summary>Takes away what peers mount: trace-cmd and perf mount tracefs or debugfs where they are not, and leave them.</summary>
internal sealed class PeerMounts : IDisposable
{
    private readonly string[] _before = Mounted();

    public void Dispose()
    {
        foreach (string folder in Mounted().Except(_before))
        {
            _ = MountCalls.TryUnmount(folder);
        }
    }

    // What was mounted last must go first.
    private static string[] Mounted() =>
        [.. File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1]).Where(folder => folder.StartsWith("/sys/kernel/", StringComparison.Ordinal)).Reverse()];
}
