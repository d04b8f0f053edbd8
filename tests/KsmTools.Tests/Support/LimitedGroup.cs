using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Tests.Support;

/// <summary>A control group with a limit on memory, of either version, for processes that a test starts. Needs root.</summary>
internal sealed class LimitedGroup : IDisposable
{
    public LimitedGroup(long bytes)
    {
        Needs.Root();
        MountTable.Mount[] mounts = [.. MountTable.Read(new KernelTree("/"))];
        MountTable.Mount? old = mounts.Where(mount => mount.Type == "cgroup" && mount.Options.Contains("memory")).Select(mount => (MountTable.Mount?)mount).FirstOrDefault();
        MountTable.Mount? unified = mounts.Where(mount => mount.Type == "cgroup2" && File.ReadAllText(mount.Point + "/cgroup.subtree_control").Contains("memory", StringComparison.Ordinal))
            .Select(mount => (MountTable.Mount?)mount).FirstOrDefault();
        Assert.SkipUnless(old is not null || unified is not null, "needs control groups that limit memory");
        Folder = $"{(old ?? unified)!.Value.Point}/ksmtools-test-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(Folder + (old is null ? "/memory.max" : "/memory.limit_in_bytes"), bytes.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"needs control groups that can be made: {exception.Message}");
        }
    }

    public string Folder { get; }

    /// <summary>What to put before a command, so that it runs in the group.</summary>
    public string[] Enter => ["sh", "-c", $"echo $$ > {Folder}/cgroup.procs && exec \"$@\"", "sh"];

    public void Dispose() => Wait.Until(() => Remove(), "the group is still in use");

    private bool Remove()
    {
        try
        {
            Directory.Delete(Folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
