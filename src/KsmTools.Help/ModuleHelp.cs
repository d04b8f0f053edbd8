using System.Xml.Linq;

namespace KsmTools.Help;

/// <summary>From the pages of <c>Module/Help</c> and a module's cmdlets to the files that Get-Help reads.</summary>
internal static class ModuleHelp
{
    /// <summary>The columns that an about topic keeps to; Get-Help does not wrap it.</summary>
    public const int AboutColumns = 80;

    /// <summary>Writes the help; writes nothing when there is a problem.</summary>
    /// <param name="types">The module's types.</param>
    /// <param name="assemblyName">The module assembly's file name.</param>
    /// <param name="source">The folder of pages.</param>
    /// <param name="output">Where the help goes.</param>
    /// <returns>What is wrong; empty when the help was written.</returns>
    public static IReadOnlyList<Problem> Write(IEnumerable<Type> types, string assemblyName, string source, string output)
    {
        var problems = new List<Problem>();
        IReadOnlyList<CmdletFacts> cmdlets = CmdletFacts.Of(types);
        var commands = new List<XElement>();
        foreach (CmdletFacts cmdlet in cmdlets)
        {
            string path = Path.Combine(source, cmdlet.Name + ".md");
            if (!File.Exists(path))
            {
                problems.Add(new Problem(path, 1, $"the cmdlet {cmdlet.Name} has no help page."));
                continue;
            }

            HelpPage page = HelpPageReader.Read(path, File.ReadAllText(path), problems);
            HelpChecks.Check(page, cmdlet, problems);
            commands.Add(Maml.Command(page, cmdlet));
        }

        foreach (string path in Directory.EnumerateFiles(source, "*.md").Order(StringComparer.Ordinal))
        {
            if (!cmdlets.Any(cmdlet => cmdlet.Name == Path.GetFileNameWithoutExtension(path)))
            {
                problems.Add(new Problem(path, 1, "the module has no cmdlet of this name."));
            }
        }

        string[] topics = [.. Directory.EnumerateFiles(source, "about_*.help.txt")];
        problems.AddRange(topics.SelectMany(LongLines));
        if (problems.Count == 0)
        {
            Directory.CreateDirectory(output);
            foreach (string topic in topics)
            {
                File.Copy(topic, Path.Combine(output, Path.GetFileName(topic)), overwrite: true);
            }

            Maml.Document(commands).Save(Path.Combine(output, assemblyName + "-Help.xml"));
        }

        return problems;
    }

    private static IEnumerable<Problem> LongLines(string path) =>
        File.ReadLines(path).Index()
            .Where(line => line.Item.Length > AboutColumns)
            .Select(line => new Problem(path, line.Index + 1, $"{line.Item.Length} columns; an about topic has at most {AboutColumns}."));
}
