using System.Diagnostics;
using System.Management.Automation;

namespace KsmTools.Tests.Support;

/// <summary>Ctrl-C, and the promise that it ends a command within 200 ms.</summary>
internal static class Interruption
{
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(200);

    // What a command needs it needs every time, and what others take of the processors comes and goes: one attempt of these has to be in time.
    private const int Attempts = 5;

    /// <summary>Starts a script, waits until something holds, and stops it as Ctrl-C does: within 200 ms, and with nothing of it running on.</summary>
    /// <param name="script">The script, which does not end by itself; started again for another attempt.</param>
    /// <param name="holds">What to wait for, by what the script has put out.</param>
    /// <param name="meanwhile">What to look at before it is stopped; may be null.</param>
    /// <param name="afterwards">What has to be so whenever it was stopped; may be null.</param>
    public static void EndsAtOnce(string script, Func<PSDataCollection<PSObject>, bool> holds, Action<PSDataCollection<PSObject>>? meanwhile = null, Action? afterwards = null) =>
        IsInTime(() =>
        {
            using var host = new ModuleHost();
            using var output = new PSDataCollection<PSObject>();
            IAsyncResult running = host.Start(script, output, out System.Management.Automation.PowerShell shell);
            using (shell)
            {
                Wait.Until(() => running.IsCompleted || holds(output), "nothing to interrupt: " + script);
                Assert.False(running.IsCompleted, "ended by itself: " + string.Join('\n', shell.Streams.Error.ReadAll()));
                meanwhile?.Invoke(output);
                long start = Stopwatch.GetTimestamp();
                shell.Stop();
                TimeSpan taken = Stopwatch.GetElapsedTime(start);
                Assert.True(running.IsCompleted);
                afterwards?.Invoke();
                return taken;
            }
        });

    /// <summary>A condition that holds when this process has used so much of a processor: wherever a command is then, it is at work.</summary>
    public static Func<PSDataCollection<PSObject>, bool> HasWorked(TimeSpan time)
    {
        TimeSpan? begin = null;
        return _ =>
        {
            TimeSpan now = Environment.CpuUsage.TotalTime;
            begin ??= now;
            bool has = now - begin >= time;

            // Another attempt begins anew.
            begin = has ? null : begin;
            return has;
        };
    }

    private static void IsInTime(Func<TimeSpan> attempt)
    {
        var times = new List<TimeSpan>();
        do
        {
            times.Add(attempt());
        }
        while (times[^1] > Promised && times.Count < Attempts);

        Assert.True(times[^1] <= Promised, $"stopping took {string.Join(", ", times.Select(time => $"{time.TotalMilliseconds:0} ms"))}");
    }
}
