using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace KsmTools.Help;

/// <summary>The XML that Get-Help reads (MAML), from a page's prose and the cmdlet's facts.</summary>
internal static class Maml
{
    private static readonly XNamespace Help = "http://msh";
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Cmd = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static XDocument Document(IEnumerable<XElement> commands) =>
        new(new XDeclaration("1.0", "utf-8", null), new XElement(Help + "helpItems", new XAttribute("schema", "maml"), commands));

    public static XElement Command(HelpPage page, CmdletFacts cmdlet) => new(
        Cmd + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Text),
        new XAttribute(XNamespace.Xmlns + "command", Cmd),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Cmd + "details",
            new XElement(Cmd + "name", cmdlet.Name),
            new XElement(Cmd + "verb", cmdlet.Info.Verb),
            new XElement(Cmd + "noun", cmdlet.Info.Noun),
            Description(page.Synopsis)),
        Description(page.Description),
        new XElement(Cmd + "syntax", cmdlet.Info.ParameterSets.Select(set => SyntaxItem(page, cmdlet, set))),
        new XElement(Cmd + "parameters", AllParameters(cmdlet).Select(parameter => Parameter(page, cmdlet, parameter))),
        new XElement(Cmd + "inputTypes", page.Inputs.Select(entry => TypeEntry("inputType", entry))),
        new XElement(Cmd + "returnValues", page.Outputs.Select(entry => TypeEntry("returnValue", entry))),
        page.Notes.Count == 0 ? null : new XElement(Text + "alertSet", new XElement(Text + "alert", Paragraphs(page.Notes))),
        new XElement(Cmd + "examples", page.Examples.Select(Example)),
        new XElement(Cmd + "relatedLinks", page.Links.Select(Link)));

    private static XElement SyntaxItem(HelpPage page, CmdletFacts cmdlet, CommandParameterSetInfo set) => new(
        Cmd + "syntaxItem",
        new XElement(Text + "name", cmdlet.Name),
        CmdletFacts.InDisplayOrder(set).Select(parameter => Parameter(page, cmdlet, new ParameterFacts(parameter))));

    private static IEnumerable<ParameterFacts> AllParameters(CmdletFacts cmdlet) =>
        cmdlet.Info.ParameterSets
            .SelectMany(CmdletFacts.InDisplayOrder)
            .GroupBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(sets => new ParameterFacts([.. sets]))
            .OrderBy(parameter => CmdletFacts.IsShouldProcess(parameter.Name))
            .ThenBy(parameter => parameter.Name, StringComparer.Ordinal);

    private static XElement Parameter(HelpPage page, CmdletFacts cmdlet, ParameterFacts parameter)
    {
        bool isSwitch = parameter.Type == typeof(SwitchParameter);
        string[]? values = TypeText.EnumNames(parameter.Type);
        return new XElement(
            Cmd + "parameter",
            new XAttribute("required", parameter.IsMandatory ? "true" : "false"),
            new XAttribute("variableLength", parameter.Type.IsArray ? "true" : "false"),
            new XAttribute("globbing", cmdlet.TakesWildcards(parameter.Name) ? "true" : "false"),
            new XAttribute("pipelineInput", parameter.PipelineInput),
            new XAttribute("position", parameter.Position),
            new XAttribute("aliases", parameter.Aliases),
            new XElement(Text + "name", parameter.Name),
            Description(Prose(page, parameter.Name)),
            values is null || parameter.Type.IsArray
                ? null
                : new XElement(Cmd + "parameterValueGroup", values.Select(value => Value(value, isOptional: true))),
            isSwitch ? null : Value(TypeText.Short(parameter.Type), isOptional: false),
            new XElement(Dev + "type", new XElement(Text + "name", isSwitch ? "SwitchParameter" : TypeText.Short(parameter.Type)), new XElement(Text + "uri")),
            new XElement(Dev + "defaultValue", CmdletFacts.IsShouldProcess(parameter.Name) ? "False" : cmdlet.DefaultOf(parameter.Name)));
    }

    private static List<string> Prose(HelpPage page, string parameter) => parameter switch
    {
        "WhatIf" => ["Says what the command would do, and writes nothing."],
        "Confirm" => ["Asks before each change."],
        _ => page.Parameters.Find(entry => entry.Title == parameter)?.Paragraphs ?? [],
    };

    private static XElement Value(string text, bool isOptional) => new(
        Cmd + "parameterValue",
        new XAttribute("required", isOptional ? "false" : "true"),
        new XAttribute("variableLength", "false"),
        text);

    private static XElement TypeEntry(string element, HelpEntry entry) => new(
        Cmd + element,
        new XElement(Dev + "type", new XElement(Text + "name", entry.Title), new XElement(Text + "uri")),
        Description(entry.Paragraphs));

    private static XElement Example(HelpEntry example, int index)
    {
        string title = string.Create(CultureInfo.InvariantCulture, $"--- Example {index + 1}: {example.Title} ---");
        return new XElement(
            Cmd + "example",
            new XElement(Text + "title", title),
            new XElement(Dev + "code", example.Code),
            new XElement(Dev + "remarks", Paragraphs([.. example.Paragraphs, ""])));
    }

    private static XElement Link(string link)
    {
        bool isAddress = link.StartsWith("https://", StringComparison.Ordinal);
        return new XElement(
            Text + "navigationLink",
            new XElement(Text + "linkText", isAddress ? "" : link),
            new XElement(Text + "uri", isAddress ? link : ""));
    }

    private static XElement Description(IReadOnlyList<string> paragraphs) => new(Text + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IReadOnlyList<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(Text + "para", paragraph));
}
