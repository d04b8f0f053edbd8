using System.Globalization;

namespace KsmTools.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzOptions(IReadOnlyList<IFuzzedDecoder> Decoders)
{
    public long Inputs { get; init; } = 100_000;

    public TimeSpan? Duration { get; init; }

    public ulong Seed { get; init; } = 1;

    public string Corpus { get; init; } = Path.Combine(AppContext.BaseDirectory, "Corpus");

    public string Findings { get; init; } = Path.GetFullPath("artifacts/fuzz");

    /// <summary>An input to decode once.</summary>
    public string? CrashFile { get; init; }

    /// <summary>The captures that seeds are cut from; then nothing else is done.</summary>
    public string? Captures { get; init; }

    public static string Usage { get; } = $"""
        Usage: dotnet run -c Release --project tests/Fuzz -- <decoder>...|all [options]
               dotnet run -c Release --project tests/Fuzz -- <decoder> --crash <file>
               dotnet run -c Release --project tests/Fuzz -- seeds --captures <folder> --corpus <folder>

        Feeds decoders with damaged input. An exception that is not the project's own, a read that does not end, memory that grows, or a
        result that cannot be ends the run: the input is kept, and the command that decodes it again is shown.

        Decoders: {string.Join(", ", FuzzedDecoders.All.Select(decoder => decoder.Name))}

        --inputs <n>       how many inputs for each; 100000 by default
        --seconds <n>      stops a decoder after this time, however many inputs it had
        --seed <n>         other numbers, other inputs; 1 by default
        --corpus <folder>  where the seeds are, in a folder for each decoder
        --findings <folder> where inputs are kept that broke something; artifacts/fuzz by default
        --crash <file>     decodes this one input
        """;

    /// <exception cref="FormatException">The command line is wrong.</exception>
    public static FuzzOptions Parse(string[] arguments)
    {
        var names = new List<string>();
        var options = new FuzzOptions([]);
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--inputs" => options with { Inputs = Number(arguments, ref i) },
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(Number(arguments, ref i)) },
                "--seed" => options with { Seed = (ulong)Number(arguments, ref i) },
                "--corpus" => options with { Corpus = Path.GetFullPath(Value(arguments, ref i)) },
                "--findings" => options with { Findings = Path.GetFullPath(Value(arguments, ref i)) },
                "--crash" => options with { CrashFile = Path.GetFullPath(Value(arguments, ref i)) },
                "--captures" => options with { Captures = Path.GetFullPath(Value(arguments, ref i)) },
                ['-', ..] unknown => throw new FormatException($"There is no option {unknown}."),
                _ => Name(arguments[i]),
            };
        }

        IReadOnlyList<IFuzzedDecoder> decoders = names is ["all"] ? FuzzedDecoders.All
            : names is ["seeds"] && options.Captures is not null ? []
            : [.. names.Select(name => FuzzedDecoders.Find(name) ?? throw new FormatException($"There is no decoder {name}."))];
        return decoders.Count == 0 && options.Captures is null ? throw new FormatException("Which decoder?") : options with { Decoders = decoders };

        FuzzOptions Name(string name)
        {
            names.Add(name);
            return options;
        }
    }

    private static long Number(string[] arguments, ref int index) =>
        long.TryParse(Value(arguments, ref index), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw new FormatException($"{arguments[index - 1]} wants a number above 0.");

    private static string Value(string[] arguments, ref int index) =>
        ++index < arguments.Length ? arguments[index] : throw new FormatException($"{arguments[index - 1]} wants a value.");
}
