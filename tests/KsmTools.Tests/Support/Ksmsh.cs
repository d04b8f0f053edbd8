using System.Diagnostics;
using System.Text;

namespace KsmTools.Tests.Support;

/// <summary>ksmsh in a process of its own: what a user types and reads.</summary>
internal static class Ksmsh
{
    /// <summary>Its folder as it was built, with the module linked into it.</summary>
    public static string Folder { get; } = Path.Combine(
        Checkout.Root, "src/KsmTools.Shell", Path.GetRelativePath(Path.Combine(Checkout.Root, "tests/KsmTools.Tests"), AppContext.BaseDirectory));

    public static string Assembly { get; } = Path.Combine(Folder, "ksmsh.dll");

    // For shells that a test starts and ends; PowerShell keeps caches in its home.
    private static readonly Lazy<TemporaryFolder> Home = new(() =>
    {
        var home = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => home.Dispose();
        return home;
    });

    /// <summary>How to start it with a home of its own and no colours; <paramref name="before"/> is a program that starts it.</summary>
    public static ProcessStartInfo Command(string[] before, string home, params string[] arguments)
    {
        string dotnet = Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet";
        string[] command = [.. before, dotnet, Assembly, .. arguments];
        return new ProcessStartInfo(command[0], command[1..]) { Environment = { ["HOME"] = home, ["NO_COLOR"] = "1", ["LC_ALL"] = "C.UTF-8", ["TZ"] = "UTC" } };
    }

    /// <summary>Runs a command line to its end, with nothing on standard input.</summary>
    public static ShellResult Run(params string[] arguments) => RunAfter([], arguments);

    /// <summary>The same by a program that becomes somebody else, or mounts something, before.</summary>
    public static ShellResult RunAfter(string[] before, params string[] arguments)
    {
        using var home = new TemporaryFolder();
        File.SetUnixFileMode(home.Path, (UnixFileMode)0x1FF);
        return Finish(Start(Command(before, home.Path, arguments)));
    }

    /// <summary>Starts a command line and returns while it runs.</summary>
    public static Process Start(params string[] arguments) => Start(Command([], Home.Value.Path, arguments));

    /// <summary>Starts a program with its streams redirected.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        return Process.Start(start) ?? throw new InvalidOperationException(start.FileName);
    }

    /// <summary>
    /// Waits for the end of a program that gets no more input, and of its output. One that does not end is killed with all that it started, and fails
    /// the test; so does one of whose children somebody still holds the output.
    /// </summary>
    public static ShellResult Finish(Process process, TimeSpan? limit = null)
    {
        using (process)
        {
            process.StandardInput.Close();
            StringBuilder output = Collect(process.StandardOutput, out Task outputEnds);
            StringBuilder errors = Collect(process.StandardError, out Task errorsEnd);
            TimeSpan patience = limit ?? TimeSpan.FromMinutes(3);
            bool ended = process.WaitForExit(patience);
            if (!ended)
            {
                process.Kill(entireProcessTree: true);
            }

            bool closed = Task.WaitAll([outputEnds, errorsEnd], Wait.Limit);
            lock (output)
            {
                lock (errors)
                {
                    Assert.True(ended, $"still running after {patience}: {output}{errors}");
                    Assert.True(closed, $"something that it started still runs and holds its output: {output}{errors}");
                    return new ShellResult(process.ExitCode, output.ToString(), errors.ToString());
                }
            }
        }
    }

    // What has come so far is there, whoever keeps the stream from ending.
    private static StringBuilder Collect(StreamReader stream, out Task ends)
    {
        var text = new StringBuilder();
        ends = Task.Run(() =>
        {
            var buffer = new char[4096];
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                lock (text)
                {
                    text.Append(buffer, 0, count);
                }
            }
        });
        return text;
    }
}

/// <summary>What a shell left.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
