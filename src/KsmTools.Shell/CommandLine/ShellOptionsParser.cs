using System.Management.Automation.Runspaces;
using System.Text;

namespace KsmTools.Shell.CommandLine;

/// <summary>Reads the command line with pwsh's rules: any unambiguous abbreviation, one or two dashes, the first other word is a script.</summary>
internal static class ShellOptionsParser
{
    private static readonly (string Name, string Shortest)[] Switches =
    [
        ("version", "v"),
        ("help", "h"),
        ("?", "?"),
        ("login", "l"),
        ("noexit", "noe"),
        ("noprofile", "nop"),
        ("nologo", "nol"),
        ("noninteractive", "noni"),
        ("noprofileloadtime", "noprofileloadtime"),
        ("interactive", "i"),
        ("commandwithargs", "commandwithargs"),
        ("cwa", "cwa"),
        ("command", "c"),
        ("file", "f"),
        ("outputformat", "o"),
        ("of", "of"),
        ("inputformat", "inp"),
        ("if", "if"),
        ("executionpolicy", "ex"),
        ("ep", "ep"),
        ("encodedcommand", "e"),
        ("ec", "ec"),
        ("workingdirectory", "wo"),
        ("wd", "wd"),
    ];

    public static ShellOptions Parse(string[] arguments)
    {
        var options = new ShellOptions();
        for (int i = 0; i < arguments.Length && options.Error is null; i++)
        {
            string word = arguments[i].Trim();
            if (word.Length == 0)
            {
                continue;
            }

            if (word[0] != '-' || word == "-")
            {
                return Script(options, arguments, i);
            }

            switch (Match(word.StartsWith("--", StringComparison.Ordinal) ? word[2..] : word[1..]))
            {
                case "version":
                    options.ShowVersion = true;
                    return options;
                case "help" or "?":
                    options.ShowHelp = true;
                    return options;
                case "noexit":
                    options.NoExit = true;
                    break;
                case "nologo":
                    options.NoLogo = true;
                    break;
                case "noninteractive":
                    options.NonInteractive = true;
                    break;
                case "interactive":
                    options.NonInteractive = false;
                    break;
                case "login" or "noprofile" or "noprofileloadtime":
                    break;
                case "outputformat" or "of":
                    Format(options, arguments, ++i, "-OutputFormat");
                    break;
                case "inputformat" or "if":
                    Format(options, arguments, ++i, "-InputFormat");
                    break;
                case "executionpolicy" or "ep":
                    if (++i >= arguments.Length)
                    {
                        options.Fail("Cannot process the command because of a missing parameter. An execution policy must follow -ExecutionPolicy.");
                    }

                    break;
                case "workingdirectory" or "wd":
                    if (++i >= arguments.Length)
                    {
                        return options.Fail(
                            "Cannot process the command because of a missing parameter. A directory must follow -WorkingDirectory.", showUsage: false);
                    }

                    options.WorkingDirectory = arguments[i];
                    break;
                case "command":
                    return Command(options, arguments, i + 1);
                case "commandwithargs" or "cwa":
                    return CommandWithArguments(options, arguments, i + 1);
                case "encodedcommand" or "ec":
                    EncodedCommand(options, arguments, ++i);
                    break;
                case "file":
                    return Script(options, arguments, i + 1);
                default:
                    return Script(options, arguments, i);
            }
        }

        return options;
    }

    private static string? Match(string word)
    {
        foreach ((string name, string shortest) in Switches)
        {
            if (word.Length >= shortest.Length && name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return null;
    }

    private static void Format(ShellOptions options, string[] arguments, int i, string option)
    {
        if (i >= arguments.Length)
        {
            options.Fail($"Cannot process the command because {option} requires that you supply a format: Text.");
        }
        else if (!arguments[i].Equals("Text", StringComparison.OrdinalIgnoreCase))
        {
            options.Fail(
                arguments[i].Equals("XML", StringComparison.OrdinalIgnoreCase)
                    ? $"ksmsh has no XML format for {option}; pwsh has it. Valid formats are: Text"
                    : $"Cannot process the command because of an incorrect parameter value. \"{arguments[i]}\" is not a valid format. Valid formats are: Text");
        }
    }

    private static ShellOptions Command(ShellOptions options, string[] arguments, int i)
    {
        if (i >= arguments.Length)
        {
            return options.Fail("Cannot process the command because of a missing parameter. A command must follow -Command.");
        }

        if (arguments[i] != "-")
        {
            options.Command = string.Join(' ', arguments, i, arguments.Length - i);
            return options;
        }

        if (i + 1 < arguments.Length)
        {
            return options.Fail("'-' was specified with the -Command parameter; no other arguments to -Command are permitted.");
        }

        if (!Console.IsInputRedirected)
        {
            return options.Fail("'-' was specified as the argument to -Command, but standard input has not been redirected for this process.");
        }

        options.ReadStandardInput = true;
        return options;
    }

    private static ShellOptions CommandWithArguments(ShellOptions options, string[] arguments, int i)
    {
        if (i >= arguments.Length)
        {
            return options.Fail("Cannot process the command because of a missing parameter. A command must follow -CommandWithArgs.");
        }

        options.Command = arguments[i];
        Collect(options, arguments, i + 1);
        return options;
    }

    private static void EncodedCommand(ShellOptions options, string[] arguments, int i)
    {
        try
        {
            options.Command = Encoding.Unicode.GetString(Convert.FromBase64String(arguments.ElementAtOrDefault(i) ?? throw new FormatException()));
        }
        catch (FormatException)
        {
            options.Fail("Cannot process the command because the value specified with -EncodedCommand is not properly encoded. The value must be Base64 encoded.");
        }
    }

    private static ShellOptions Script(ShellOptions options, string[] arguments, int i)
    {
        if (i >= arguments.Length)
        {
            return options.Fail("Cannot process the command because of a missing parameter. A file path must follow -File.");
        }

        string name = arguments[i];
        if (name == "-")
        {
            options.ReadStandardInput = Console.IsInputRedirected;
            return options;
        }

        string path = Path.GetFullPath(name.Replace('\\', '/'));
        if (!File.Exists(path))
        {
            return options.Fail(
                $"The argument '{name}' is not recognized as the name of a script file. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.");
        }

        options.File = path;
        Collect(options, arguments, i + 1);
        return options;
    }

    /// <summary><c>-Name value</c>, <c>-Name:value</c> and <c>-Switch:$false</c>; the engine binds them to the script's parameters.</summary>
    private static void Collect(ShellOptions options, string[] arguments, int i)
    {
        string? pending = null;
        for (; i < arguments.Length; i++)
        {
            string word = arguments[i];
            if (pending is not null)
            {
                options.Arguments.Add(new CommandParameter(pending, word));
                pending = null;
            }
            else if (word.Length > 1 && word[0] == '-')
            {
                int colon = word.IndexOf(':');
                if (colon < 0)
                {
                    options.Arguments.Add(new CommandParameter(word));
                }
                else if (colon == word.Length - 1)
                {
                    pending = word.TrimEnd(':');
                }
                else
                {
                    options.Arguments.Add(new CommandParameter(word[..colon], Value(word[(colon + 1)..])));
                }
            }
            else
            {
                options.Arguments.Add(new CommandParameter(null, word));
            }
        }
    }

    private static object Value(string text) => bool.TryParse(text.AsSpan(text[0] == '$' ? 1 : 0), out bool value) ? value : text;
}
