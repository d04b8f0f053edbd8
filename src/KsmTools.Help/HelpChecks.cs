namespace KsmTools.Help;

/// <summary>Whether a page says all that Get-Help is to show, and nothing that is not so.</summary>
internal static class HelpChecks
{
    /// <summary>How many examples a page has at least.</summary>
    public const int LeastExamples = 2;

    private static readonly string[] RequiredSections = ["Description", "Inputs", "Outputs", "Examples", "Links"];

    public static void Check(HelpPage page, CmdletFacts cmdlet, List<Problem> problems)
    {
        void Report(int line, string message) => problems.Add(new Problem(page.Path, line, message));

        if (page.Name != cmdlet.Name)
        {
            Report(1, $"the page's heading is '{page.Name}', not '{cmdlet.Name}'.");
        }

        if (page.Synopsis is not [{ Length: > 0 }])
        {
            Report(1, "a synopsis of one paragraph follows the heading.");
        }

        foreach (string section in RequiredSections.Where(section => !page.Sections.ContainsKey(section)))
        {
            Report(1, $"the section '{section}' is missing.");
        }

        CheckParameters(page, cmdlet, Report);
        CheckOutputs(page, cmdlet, Report);
        CheckExamples(page, Report);
        foreach (HelpEntry empty in page.Parameters.Concat(page.Inputs).Concat(page.Outputs).Concat(page.Examples).Where(IsEmpty))
        {
            Report(empty.Line, $"'{empty.Title}' has no text.");
        }

        foreach ((string name, bool isEmpty) in new[] { ("Description", page.Description.Count == 0), ("Inputs", page.Inputs.Count == 0), ("Links", page.Links.Count == 0) })
        {
            if (isEmpty && page.Sections.TryGetValue(name, out int line))
            {
                Report(line, $"the section '{name}' is empty.");
            }
        }
    }

    // "None" says it all.
    private static bool IsEmpty(HelpEntry entry) => entry.Paragraphs.Count == 0 && entry.Title != "None";

    private static void CheckParameters(HelpPage page, CmdletFacts cmdlet, Action<int, string> report)
    {
        IReadOnlyList<string> declared = cmdlet.OwnParameters;
        foreach (string missing in declared.Except(page.Parameters.Select(entry => entry.Title)))
        {
            report(page.Sections.GetValueOrDefault("Parameters", 1), $"the parameter -{missing} of {cmdlet.Name} is not documented.");
        }

        foreach (HelpEntry unknown in page.Parameters.Where(entry => !declared.Contains(entry.Title)))
        {
            report(unknown.Line, $"{cmdlet.Name} has no parameter -{unknown.Title}.");
        }
    }

    private static void CheckOutputs(HelpPage page, CmdletFacts cmdlet, Action<int, string> report)
    {
        foreach (string missing in cmdlet.OutputTypes.Except(page.Outputs.Select(entry => entry.Title)))
        {
            report(page.Sections.GetValueOrDefault("Outputs", 1), $"the output type {missing} of {cmdlet.Name} is not documented.");
        }
    }

    private static void CheckExamples(HelpPage page, Action<int, string> report)
    {
        if (page.Examples.Count < LeastExamples)
        {
            report(page.Sections.GetValueOrDefault("Examples", 1), $"{page.Examples.Count} examples; a page has at least {LeastExamples}.");
        }

        foreach (HelpEntry example in page.Examples.Where(example => example.Code is null))
        {
            report(example.Line, $"the example '{example.Title}' has no code block.");
        }
    }
}
