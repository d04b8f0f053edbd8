using System.Diagnostics;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>Ctrl-C, which is SIGINT.</summary>
public sealed class InterruptTests
{
    [Theory]
    [InlineData("Start-Sleep 60")]
    [InlineData("while ($true) { }")]
    [InlineData("1..1000000000 | Sort-Object")]
    [InlineData("$null = [Threading.Tasks.Task]::Delay(1); Wait-Process -Id $PID")]
    public void Whatever_runs_stops_and_finally_blocks_run(string command)
    {
        using var folder = new TemporaryFolder();
        string started = Path.Combine(folder.Path, "started");
        string ended = Path.Combine(folder.Path, "ended");
        using Process process = Ksmsh.Start(
            "-Command", $"try {{ [IO.File]::WriteAllText('{started}', ''); {command} }} finally {{ [IO.File]::WriteAllText('{ended}', '') }}; 'not reached'");
        WaitFor(() => File.Exists(started));
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        ShellRun run = Ksmsh.Finish(process);
        Assert.Equal(130, run.ExitCode);
        Assert.True(File.Exists(ended), "finally did not run");
        Assert.Empty(run.Output);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void A_script_ends_with_130_too()
    {
        using var folder = new TemporaryFolder();
        string started = Path.Combine(folder.Path, "started");
        string script = folder.Write("s.ps1", $"[IO.File]::WriteAllText('{started}', '')\nStart-Sleep 60\n'not reached'\n");
        using Process process = Ksmsh.Start("-File", script);
        WaitFor(() => File.Exists(started));
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        ShellRun run = Ksmsh.Finish(process);
        Assert.Equal(130, run.ExitCode);
        Assert.Empty(run.Output);
    }

    private static void WaitFor(Func<bool> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "the command did not start");
            Thread.Sleep(20);
        }

        // The block's first statement has run; its next is what the signal must find.
        Thread.Sleep(300);
    }
}
