using KsmTools.Lab.Kernels;

namespace KsmTools.Lab;

/// <summary>What the lab's command line asks for.</summary>
internal sealed record LabOptions(IReadOnlyList<string> Kernels, IReadOnlyList<string> Command, TimeSpan Limit, string? FilesFolder, bool Prepare)
{
    public static string Usage { get; } = $"""
        Usage: dotnet run --project tests/Lab -- <kernel>[,<kernel>...] [options] -- <command>
               dotnet run --project tests/Lab -- prepare <kernel>[,<kernel>...]

        Boots kernels under QEMU with the host's files and runs a command in each. "prepare" only fetches or builds them.

        Kernels: {string.Join(", ", LabKernels.Names)}, or all.
        Command: PowerShell for the checkout's ksmsh. When the first word is ksmsh, sh, bash or a path with a slash, that program runs.
                 What it writes to the folder $LAB_OUT comes back.

        --out <folder>     where files come back to, in a folder for each kernel; nowhere by default
        --timeout <s>      how long a command may take; 600 by default

        The exit code is the command's own, of the first kernel where it is not 0. {ExitCodes.Unavailable}: skipped, because a tool or
        package is missing. {ExitCodes.TimeOut}: time was up. {ExitCodes.Failed}: the kernel panicked or did not boot.
        """;

    /// <exception cref="FormatException">The command line is wrong.</exception>
    public static LabOptions Parse(string[] arguments)
    {
        int separator = Array.IndexOf(arguments, "--");
        string[] before = separator < 0 ? arguments : arguments[..separator];
        string[] command = separator < 0 ? [] : arguments[(separator + 1)..];
        var words = new List<string>();
        string? files = null;
        var limit = TimeSpan.FromMinutes(10);
        for (int i = 0; i < before.Length; i++)
        {
            switch (before[i])
            {
                case "--out":
                    files = Path.GetFullPath(Value(before, ref i));
                    break;
                case "--timeout":
                    limit = int.TryParse(Value(before, ref i), out int seconds) && seconds > 0
                        ? TimeSpan.FromSeconds(seconds)
                        : throw new FormatException("--timeout wants a number of seconds.");
                    break;
                case var option when option.StartsWith('-'):
                    throw new FormatException($"There is no option {option}.");
                default:
                    words.Add(before[i]);
                    break;
            }
        }

        bool prepare = words is ["prepare", ..];
        IReadOnlyList<string> kernels = words switch
        {
            ["prepare", var names] => ParseKernels(names),
            [var names] when command.Length > 0 => ParseKernels(names),
            _ => throw new FormatException("A kernel and a command are needed."),
        };
        return new LabOptions(kernels, command, limit, files, prepare);
    }

    private static IReadOnlyList<string> ParseKernels(string names) =>
        names == "all"
            ? LabKernels.Names
            : [.. names.Split(',').Select(name => LabKernels.Names.Contains(name) ? name : throw new FormatException($"There is no kernel {name}."))];

    private static string Value(string[] arguments, ref int i) =>
        ++i < arguments.Length ? arguments[i] : throw new FormatException($"{arguments[i - 1]} wants a value.");
}
