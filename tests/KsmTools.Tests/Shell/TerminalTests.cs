using System.Diagnostics;
using System.Text;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>ksmsh on a pseudo-terminal, which <c>script</c> of util-linux gives it.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData(60, 60)]
    [InlineData(110, 110)]
    [InlineData(0, 80)]
    public void A_histogram_is_as_wide_as_the_terminal(int columns, int width)
    {
        using var folder = new TemporaryFolder();
        string trace = Checkout.Data("captures/6.12-native/ksm.trace.txt");
        string script = folder.Write("c.ps1", $"Show-RmapHistogram '{trace}'; '---'; Show-RmapHistogram '{trace}' -Width {width}");
        string[] drawn = Ksmsh.Finish(Sit(folder.Path, $"-NoProfile -File '{script}'", columns)).Output.Split("---\r\n");
        Assert.Contains("walks, mean", drawn[1], StringComparison.Ordinal);
        Assert.EndsWith(drawn[1].TrimEnd(), drawn[0].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_prompt_has_the_commands_and_a_banner_says_where_line_editing_is()
    {
        using var home = new TemporaryFolder();
        Process shell = Sit(home.Path, "-NoProfile", 100);
        var screen = new StringBuilder();
        try
        {
            Read(shell, screen, "PS ");
            Assert.Contains("dotnet pwsh", screen.ToString(), StringComparison.Ordinal);
            Assert.Contains("KsmTools", screen.ToString(), StringComparison.Ordinal);
            shell.StandardInput.Write("(Get-KsmStatus).GetType().Name + '!'; exit 7\r");
            shell.StandardInput.Flush();
            Read(shell, screen, "KsmStatus!");
        }
        catch
        {
            shell.Kill(entireProcessTree: true);
            throw;
        }

        Assert.Equal(7, Ksmsh.Finish(shell).ExitCode);
    }

    // A terminal of no columns does not say how many it has.
    private static Process Sit(string home, string arguments, int columns)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script of util-linux for a pseudo-terminal");
        ProcessStartInfo plain = Ksmsh.Command([], home);
        string shell = $"stty cols {columns} && exec '{plain.FileName}' '{Ksmsh.Assembly}' {arguments}";
        return Ksmsh.Start(new ProcessStartInfo("/usr/bin/script", ["-qec", shell, "/dev/null"])
        {
            Environment = { ["HOME"] = home, ["NO_COLOR"] = "1", ["LC_ALL"] = "C.UTF-8", ["TERM"] = "xterm-256color", ["SHELL"] = "/bin/sh" },
        });
    }

    // Reads, and answers as a terminal does that is asked where its cursor is (DSR, ECMA-48 8.3.35). A shell that does not show what is awaited is
    // ended, with which the reading ends.
    private static void Read(Process shell, StringBuilder screen, string awaited)
    {
        const string Question = "\e[6n";
        using var patience = new Timer(_ => shell.Kill(entireProcessTree: true), null, Wait.Limit, Timeout.InfiniteTimeSpan);
        var buffer = new char[4096];
        int answered = screen.Length;
        while (!screen.ToString().Contains(awaited, StringComparison.Ordinal))
        {
            int count = shell.StandardOutput.Read(buffer);
            Assert.True(count > 0, $"'{awaited}' did not appear: {screen}");
            screen.Append(buffer, 0, count);
            for (int at; (at = screen.ToString().IndexOf(Question, answered, StringComparison.Ordinal)) >= 0; answered = at + Question.Length)
            {
                shell.StandardInput.Write("\e[1;1R");
                shell.StandardInput.Flush();
            }
        }
    }
}
