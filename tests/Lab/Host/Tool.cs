using System.Diagnostics;

namespace KsmTools.Lab.Host;

/// <summary>Programs of the host.</summary>
internal static class Tool
{
    /// <summary>A program's path, or a reason to skip that names the Debian package which has it.</summary>
    public static string Find(string name, string package) =>
        FindOrNull(name) ?? throw new LabUnavailableException($"{name} is not on the PATH; install it: apt-get install {package}");

    /// <summary>A program's path, or null.</summary>
    public static string? FindOrNull(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin").Append("/sbin")
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed to standard output.</returns>
    /// <exception cref="LabUnavailableException">It failed; the message has what it printed to standard error.</exception>
    public static string Run(string program, IEnumerable<string> arguments, string? folder = null)
    {
        ProcessStartInfo start = Describe(program, arguments, folder);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw Failure(start, process.ExitCode, errors.Result);
    }

    /// <summary>What a program makes of some bytes.</summary>
    /// <exception cref="LabUnavailableException">It failed.</exception>
    public static byte[] Filter(string program, IEnumerable<string> arguments, byte[] input)
    {
        ProcessStartInfo start = Describe(program, arguments, folder: null);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task write = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        write.Wait();
        return process.ExitCode == 0 ? output.ToArray() : throw Failure(start, process.ExitCode, errors.Result);
    }

    private static ProcessStartInfo Describe(string program, IEnumerable<string> arguments, string? folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static LabUnavailableException Failure(ProcessStartInfo start, int exitCode, string errors) =>
        new($"{Path.GetFileName(start.FileName)} {string.Join(' ', start.ArgumentList)} failed with exit code {exitCode}: {errors.Trim()}");
}
