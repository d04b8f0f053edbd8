using System.Diagnostics;
using System.Text;

namespace KsmTools.Tests.Shell;

/// <summary>ksmsh in a process of its own with any command line, its streams apart.</summary>
internal static class Ksmsh
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "ksmsh.dll");

    /// <summary>Runs it to its end with nothing on standard input.</summary>
    public static ShellRun Run(params string[] arguments) => RunWithInput(string.Empty, arguments);

    public static ShellRun RunWithInput(string input, params string[] arguments) => Finish(Start(arguments), input);

    public static ShellRun RunIn(Dictionary<string, string?> environment, params string[] arguments) =>
        Finish(Start(["dotnet", Assembly, .. arguments], environment), string.Empty);

    public static Process Start(params string[] arguments) => Start(["dotnet", Assembly, .. arguments], []);

    /// <summary>Starts a program with its streams redirected.</summary>
    public static Process Start(string[] command, Dictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        start.Environment.Remove("NO_COLOR");
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException(command[0]);
    }

    public static ShellRun Finish(Process process, string? input = null)
    {
        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (input is not null)
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }

            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"still running after {Patience}: {output.Result}{errors.Result}");
            }

            return new ShellRun(process.ExitCode, output.Result, errors.Result);
        }
    }
}

/// <summary>How a run ended.</summary>
internal sealed record ShellRun(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
