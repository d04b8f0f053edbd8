using System.Diagnostics;
using System.Text;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Shell;

/// <summary>The shell on a pseudo-terminal, which <c>script</c> of util-linux gives it.</summary>
public sealed class TerminalTests
{
    private const string Prompt = "PS ";

    [Fact]
    public void Statements_are_edited_recalled_completed_and_run()
    {
        using Typist typist = Typist.Sit();
        typist.Type("1+1\r", "\r\n2\r\n");
        typist.Type("foreach ($i in 1,2) {\r$i*10\r}\r", "\r\n10\r\n20\r\n");
        typist.Type("\"ab\"\e[D\e[Dx\r", "\r\naxb\r\n");
        typist.Type("Get-Loca\t", "Get-Location");
        typist.Type("\r", "Path");
        typist.Type("garbage\x03", Prompt);
        typist.Type("\e[A\e[A\r", "\r\naxb\r\n");
        typist.Type("Start-Sleep 60\r", "Start-Sleep");
        Thread.Sleep(500);
        typist.Type("\x03", Prompt);
        typist.Type("'after'\r", "\r\nafter\r\n");
        typist.Type("Get-Ch", "Get-Ch");
        typist.Type("\x15", string.Empty);
        Assert.Equal(7, typist.Leave("exit 7\r"));
        Assert.Equal(
            ["1+1", "foreach ($i in 1,2) {`", "$i*10`", "}", "\"axb\"", "Get-Location", "\"axb\"", "Start-Sleep 60", "'after'", "exit 7"],
            File.ReadAllLines(typist.HistoryFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(typist.HistoryFile));
    }

    [Fact]
    public void Prompts_stand_on_the_line_that_is_typed_on()
    {
        using Typist typist = Typist.Sit();
        typist.Type("$x = Read-Host name\r", "name: ");
        typist.Type("bob\r", Prompt);
        typist.Type("\"<$x>\"\r", "\r\n<bob>\r\n");
        typist.Type("Read-Host -MaskInput\r", "\r\n");
        typist.Type("pw\r", "**");
        Assert.Equal(0, typist.Leave("\x04"));
    }

    [Fact]
    public void Colours_and_progress_are_for_terminals()
    {
        string output = OnTerminal([], "Write-Progress act st -PercentComplete 50; Write-Warning w; Write-Error e; 'done'");
        Assert.Contains("\e[33;1mWARNING: w\e[0m", output, StringComparison.Ordinal);
        Assert.Contains("\e[31;1mWrite-Error: \e[31;1me\e[0m", output, StringComparison.Ordinal);
        Assert.Matches(@"\r\e\[2K\e\[33;1m\[==========          \]  50% act: st\e\[0m\r\e\[2K", output);

        string plain = OnTerminal(new() { ["NO_COLOR"] = "1" }, "Write-Progress act st -PercentComplete 50; Write-Warning w; Write-Host h -ForegroundColor Red");
        Assert.DoesNotContain("\e[3", plain, StringComparison.Ordinal);
        Assert.Contains("50% act: st", plain, StringComparison.Ordinal);

        string dumb = OnTerminal(new() { ["TERM"] = "dumb" }, "Write-Progress act st -PercentComplete 50; Write-Warning w");
        Assert.DoesNotContain('\e', dumb);
        Assert.DoesNotContain("act", dumb, StringComparison.Ordinal);
    }

    [Fact]
    public void Style_can_be_switched_off() =>
        Assert.DoesNotContain("\e[3", OnTerminal([], "$PSStyle.OutputRendering = 'PlainText'; Write-Warning w; Write-Error e"), StringComparison.Ordinal);

    [Theory]
    [InlineData(60, 60)]
    [InlineData(110, 110)]
    [InlineData(0, 80)]
    public void A_histogram_is_as_wide_as_the_terminal(int columns, int width)
    {
        string trace = Checkout.Data("captures/6.12-native/ksm.trace.txt");
        string[] drawn = OnTerminal([], $"Show-RmapHistogram '{trace}'; '---'; Show-RmapHistogram '{trace}' -Width {width}", columns).Split("---\r\n");
        Assert.Contains("walks, mean", drawn[1], StringComparison.Ordinal);
        Assert.EndsWith(drawn[1], drawn[0], StringComparison.Ordinal);
    }

    private static string OnTerminal(Dictionary<string, string?> environment, string command, int columns = 0)
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write("c.ps1", command);
        return Ksmsh.Finish(Typist.Start(environment, $"-File '{script}'", columns), string.Empty).Output;
    }

    private sealed class Typist : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly TemporaryFolder _state = new();
        private readonly StringBuilder _screen = new();
        private readonly Process _process;
        private int _seen;

        private Typist()
        {
            _process = Start(new() { ["XDG_STATE_HOME"] = _state.Path }, string.Empty);
            _process.StandardInput.AutoFlush = true;
            _ = Task.Run(Read);
        }

        public string HistoryFile => Path.Combine(_state.Path, "ksmsh", "history");

        public static Typist Sit()
        {
            var typist = new Typist();
            typist.Expect(Prompt);
            return typist;
        }

        /// <summary>Starts the shell on a terminal of some columns; one of none does not say how many it has.</summary>
        public static Process Start(Dictionary<string, string?> environment, string arguments, int columns = 0)
        {
            Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script of util-linux for a pseudo-terminal");
            var all = new Dictionary<string, string?> { ["TERM"] = "xterm-256color", ["SHELL"] = "/bin/sh" };
            foreach ((string name, string? value) in environment)
            {
                all[name] = value;
            }

            return Ksmsh.Start(["/usr/bin/script", "-qec", $"stty cols {columns} && exec dotnet '{Ksmsh.Assembly}' {arguments}", "/dev/null"], all);
        }

        /// <summary>Types keys and waits until the screen shows something after them.</summary>
        public void Type(string keys, string expected)
        {
            _process.StandardInput.Write(keys);
            Expect(expected);
        }

        /// <summary>Types keys that end the shell.</summary>
        /// <returns>The exit code.</returns>
        public int Leave(string keys)
        {
            _process.StandardInput.Write(keys);
            Assert.True(_process.WaitForExit(Patience), $"still running: {Screen()}");
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
            _state.Dispose();
        }

        private void Read()
        {
            var buffer = new char[4096];
            while (_process.StandardOutput.Read(buffer) is > 0 and int count)
            {
                lock (_screen)
                {
                    _screen.Append(buffer, 0, count);
                }
            }
        }

        private string Screen()
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }

        private void Expect(string text)
        {
            var patience = Stopwatch.StartNew();
            while (true)
            {
                string screen = Screen();
                int found = screen.IndexOf(text, _seen, StringComparison.Ordinal);
                if (found >= 0)
                {
                    _seen = found + text.Length;
                    return;
                }

                Assert.True(patience.Elapsed < Patience, $"'{text}' did not appear: {screen[_seen..]}");
                Thread.Sleep(20);
            }
        }
    }
}
