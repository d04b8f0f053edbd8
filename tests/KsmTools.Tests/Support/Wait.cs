using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>Waiting for what another thread, another process or the kernel does.</summary>
internal static class Wait
{
    /// <summary>Only what never comes takes this long: a limit for tests that would hang, and no expectation of the machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Waits until something holds, and fails the test when it never does.</summary>
    /// <param name="holds">What to wait for; looked at every few milliseconds.</param>
    /// <param name="missing">What is said when it does not come.</param>
    /// <param name="from">The process that brings it; when that has ended, nothing more will come.</param>
    public static void Until(Func<bool> holds, string missing, Process? from = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.False(from is { HasExited: true } && !holds(), $"{missing}: the process has ended");
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, missing);
            Thread.Sleep(2);
        }
    }

    /// <summary>Waits until a process has ended.</summary>
    public static void Ended(Process process) => Assert.True(process.WaitForExit(Limit), $"process {process.Id} has not ended");
}
