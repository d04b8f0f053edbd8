using System.Diagnostics;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Benchmark;

/// <summary>A measurement whose process is asked to end at the worst moments: while its session is made, while it walks, and while the session is removed.</summary>
public sealed class EndedBenchmarkTests
{
    // A benchmark with many rows, each with a session of its own: it makes and removes sessions all the time.
    private const string Many = "while ($true) { $null = Invoke-RmapBenchmark Anon, File -PageCount 50 -Iterations 1 -Source MigrationPte -Trigger Compaction -WarningAction Ignore }";

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public void Nothing_of_it_stays_at_any_moment(string signal)
    {
        Needs.Ksm();
        Needs.Migration();
        string settings = RealKsm.Snapshot();
        string tracing = RealTracing.Snapshot();
        for (int round = 0; round < 3; round++)
        {
            using Process shell = RealShell.Start(Many);
            for (int session = 0; session <= round; session++)
            {
                Wait.Until(() => RealTracing.Sessions().Count > 0, "no session was made", shell);
                if (session < round)
                {
                    Wait.Until(() => RealTracing.Sessions().Count == 0, "no session was removed", shell);
                }
            }

            Process.Start("kill", [$"-{signal}", $"{shell.Id}"]).WaitForExit();
            Wait.Ended(shell);
            Assert.Equal(tracing, RealTracing.Snapshot());
            Assert.Equal(settings, RealKsm.Snapshot());
        }
    }
}
