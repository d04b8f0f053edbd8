using System.Text.RegularExpressions;
using System.Xml.Linq;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

public sealed partial class MessageTests
{
    private const string Command =
        @"(\b[A-Z][a-z]+-[A-Z]\w+|\b(systemctl|chmod|chown|mount|sysctl|echo|cat|kill|rmdir|rm|cd|trace-cmd|perf|gzip|sudo)\b|\$env:)((?!\. |; |[a-z]: ).)*?\{|\b[A-Z][a-z]+-\{| -[A-Z]\w+ \{";

    // What is pasted is run. Each of these was looked at: what its placeholders can hold cannot be anything else there.
    private static readonly Dictionary<string, string> CommandsWithPlaceholders = new()
    {
        ["Messages.BuffersLockedAction"] = "the name of a file that only root can have made",
        ["Messages.BuffersLockedKsmAction"] = "the name of a file that only root can have made",
        ["Messages.DiagnosisLongWalksRemedy"] = "a process's number",
        ["Messages.EnableNotTypable"] = "a process's number",
        ["Messages.EnableProgram"] = "a quoted word",
        ["Messages.EnableProgramWithArguments"] = "quoted words",
        ["Messages.EnableService"] = "a quoted name",
        ["Messages.EnableUserService"] = "a quoted name",
        ["Messages.GroupMemoryInsufficientAction"] = "a file of the kernel's, and a number",
        ["Messages.KsmNotInTreeAction"] = "the name of KSMTOOLS_ROOT",
        ["Messages.LauncherArchitecture"] = "no command; an architecture of .NET",
        ["Messages.LruGenerationsAction"] = "a file of the kernel's, and a number",
        ["Messages.MappingsInsufficientAction"] = "a number",
        ["Messages.OtherKnownAction"] = "a parameter of Set-KsmConfiguration",
        ["Messages.ReadOnlyFileSystemAction"] = "/sys, /proc or /run",
        ["Messages.RegionMemoryInsufficientAction"] = "a number",
        ["Messages.SessionDiffersAction"] = "a word of SessionKind, and a name that TraceSessions.CheckName has let pass",
        ["Messages.SessionRecordDamagedAction"] = "a word of SessionKind, and the name of a file that only root can have made",
        ["Messages.SessionGoneAction"] = "a word of SessionKind, and the name of a file that only root can have made",
        ["Messages.SessionNotFoundAction"] = "a word of SessionKind",
        ["Messages.SupportMapCountRemedy"] = "a number",
        ["ModuleMessages.AggregateHasNoEvents"] = "a quoted name",
        ["ModuleMessages.ScansOfFileAction"] = "a quoted path",
    };

    [Fact]
    public void Every_message_is_used()
    {
        string sources = string.Concat(Sources().Select(File.ReadAllText));
        HashSet<string> used = [.. Use().Matches(sources).Select(match => match.Groups["name"].Value)];
        Assert.Empty(Messages().Keys.Except(used));
    }

    [Fact]
    public void The_module_repeats_no_message_of_the_library() => Assert.Empty(Messages("KsmTools.Kernel/Messages").Values.Intersect(Messages("KsmTools/ModuleMessages").Values));

    [Fact]
    public void Every_message_says_something() =>
        Assert.Empty(Messages().Where(message => message.Value.Trim().Length < 10).Select(message => message.Key));

    [Fact]
    public void Placeholders_are_numbered_without_gaps()
    {
        foreach ((string name, string text) in Messages())
        {
            int[] numbers = [.. Placeholder().Matches(text).Select(match => match.Groups[1].Value[0] - '0').Distinct().Order()];
            Assert.True(numbers.SequenceEqual(Enumerable.Range(0, numbers.Length)), $"{name}: {text}");
        }
    }

    [Fact]
    public void A_message_gets_as_many_arguments_as_it_has_placeholders()
    {
        Dictionary<string, string> messages = Messages();
        var wrong = new List<string>();
        foreach (string path in Sources())
        {
            string source = File.ReadAllText(path);
            foreach (Match call in FormatCall().Matches(source))
            {
                int given = CountArguments(source.AsSpan(call.Index + call.Length));
                wrong.AddRange(Use().Matches(call.Value)
                    .Select(match => match.Groups["name"].Value)
                    .Where(name => CountPlaceholders(messages[name]) != given)
                    .Select(name => $"{Path.GetFileName(path)}: {name} gets {given} arguments"));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void A_message_with_placeholders_is_never_shown_raw()
    {
        Dictionary<string, string> messages = Messages();
        var raw = new List<string>();
        foreach (string path in Sources())
        {
            raw.AddRange(ShownDirectly().Matches(File.ReadAllText(path))
                .Select(match => match.Groups["name"].Value)
                .Where(name => Placeholder().IsMatch(messages[name]))
                .Select(name => $"{Path.GetFileName(path)}: {name}"));
        }

        Assert.Empty(raw);
    }

    [Fact]
    public void A_placeholder_in_a_command_has_been_looked_at() =>
        Assert.Equal(CommandsWithPlaceholders.Keys.Order(), Messages().Where(message => CommandWithPlaceholder().IsMatch(message.Value)).Select(message => message.Key).Order());

    [Fact]
    public void Commands_with_placeholders_are_messages() =>
        Assert.DoesNotContain(
            Sources().SelectMany(File.ReadLines)
                .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .SelectMany(line => StringLiteral().Matches(line))
                .Select(match => match.Value),
            CommandWithPlaceholder().IsMatch);

    private static int CountPlaceholders(string text) => Placeholder().Matches(text).Select(match => match.Groups[1].Value).Distinct().Count();

    // Counts the arguments from just behind the first one to the closing parenthesis.
    private static int CountArguments(ReadOnlySpan<char> rest)
    {
        int depth = 0;
        int count = 0;
        bool inString = false;
        for (int index = 0; index < rest.Length; index++)
        {
            char character = rest[index];
            if (character == '"' && (index == 0 || rest[index - 1] != '\\'))
            {
                inString = !inString;
            }
            else if (!inString && character is '(' or '[' or '{')
            {
                depth++;
            }
            else if (!inString && character is ')' or ']' or '}')
            {
                if (depth-- == 0)
                {
                    break;
                }
            }
            else if (!inString && depth == 0 && character == ',')
            {
                count++;
            }
        }

        return count;
    }

    private static IEnumerable<string> Sources() =>
        new[] { "KsmTools.Kernel", "KsmTools" }
            .Select(project => Path.Combine(Checkout.Root, "src", project))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));

    private static Dictionary<string, string> Messages() =>
        new[] { "KsmTools.Kernel/Messages", "KsmTools/ModuleMessages" }.SelectMany(Messages).ToDictionary();

    // By class and name, as the sources use them.
    private static Dictionary<string, string> Messages(string file) =>
        XDocument.Load(Path.Combine(Checkout.Root, "src", file + ".resx"))
            .Descendants("data")
            .ToDictionary(data => $"{Path.GetFileName(file)}.{data.Attribute("name")!.Value}", data => data.Element("value")!.Value);

    [GeneratedRegex(@"\b(?<name>(Module)?Messages\.\w+)")]
    private static partial Regex Use();

    // Up to the end of the first argument, which may choose between two messages.
    [GeneratedRegex(@"Text\.Format\([^,;]*")]
    private static partial Regex FormatCall();

    // As the message of an exception, or on a stream.
    [GeneratedRegex(@"(ErrorReason\.\w+,\s*[\w.()]+,\s*|Write(Warning|Verbose|Debug)\(\s*)(?<name>(Module)?Messages\.\w+)")]
    private static partial Regex ShownDirectly();

    // A placeholder behind the begin of a command, or in a cmdlet's name, or as the value of a parameter.
    [GeneratedRegex(Command)]
    private static partial Regex CommandWithPlaceholder();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex StringLiteral();

    [GeneratedRegex(@"\{(\d)[^}]*\}")]
    private static partial Regex Placeholder();
}
