using System.Diagnostics;
using System.Globalization;

namespace KsmTools.Tests.Support;

/// <summary>Swap of a zram device of its own, for tests that need some where there is none.</summary>
internal sealed class ZramSwap : IDisposable
{
    private const string Control = "/sys/class/zram-control/";

    private readonly string _device;
    private readonly string _id;

    private ZramSwap(string id)
    {
        _id = id;
        _device = "zram" + id;
    }

    /// <summary>Sees to it that there is swap; skips the test where there can be none.</summary>
    /// <returns>What is to be disposed, or null where there was swap before.</returns>
    public static ZramSwap? Make()
    {
        Needs.Root();
        if (File.ReadLines("/proc/swaps").Skip(1).Any())
        {
            return null;
        }

        Assert.SkipUnless(File.Exists(Control + "hot_add") && File.Exists("/sbin/mkswap"), "needs swap, or zram and mkswap to make some");
        var swap = new ZramSwap(File.ReadAllText(Control + "hot_add").Trim());
        try
        {
            File.WriteAllText($"/sys/block/{swap._device}/disksize", (64 << 20).ToString(CultureInfo.InvariantCulture));
            Run("/sbin/mkswap", swap._device);
            Run("/sbin/swapon", swap._device);
            return swap;
        }
        catch
        {
            swap.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (File.ReadLines("/proc/swaps").Any(line => line.StartsWith($"/dev/{_device} ", StringComparison.Ordinal)))
        {
            Run("/sbin/swapoff", _device);
        }

        File.WriteAllText($"/sys/block/{_device}/reset", "1");
        File.WriteAllText(Control + "hot_remove", _id);
    }

    private static void Run(string program, string device)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, ["/dev/" + device]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} /dev/{device}: {said}");
    }
}
