using System.Xml.Linq;
using KsmTools.Help;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Help;

public sealed class ModuleHelpTests
{
    private const string Page = """
        # Get-KsmScratch
        Gets what a test needs.

        ## Description
        First `code` of a
        paragraph with <pid>, 'a:*' and __b:**.

        ```powershell
        if ($true) {
            1
        }
        ```

        - one
        - two

        ## Parameters
        ### Path
        The paths.
        ### Day
        The day.

        More of the day.
        ### Count
        How many.
        ### PassThru
        Passes it on.

        ## Inputs
        ### System.String
        A path.

        ## Outputs
        ### System.IO.FileInfo
        A file.

        ## Examples
        ### The first
        ```powershell
        PS> Get-KsmScratch x
           Output
        ```
        What it shows.
        ### The second
        ```powershell
        PS> Get-KsmScratch y
        ```
        What that shows.

        ## Links
        - Set-KsmScratch
        - https://docs.kernel.org/
        """;

    [Fact]
    public void A_whole_page_becomes_what_Get_Help_reads()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(Write(folder, Page));
        XDocument maml = XDocument.Load(Path.Combine(folder.Path, "out", "Scratch.dll-Help.xml"));

        XElement[] syntax = [.. All(maml, "syntaxItem")];
        Assert.Equal(["Path", "Count", "PassThru", "WhatIf", "Confirm"], syntax.Single(HasParameter("Path")).Elements().Skip(1).Select(Name));
        XElement path = All(maml, "parameters").Single().Elements().Single(parameter => Name(parameter) == "Path");
        Assert.Equal("true", path.Attribute("required")!.Value);
        Assert.Equal("0", path.Attribute("position")!.Value);
        Assert.Equal("true", path.Attribute("globbing")!.Value);
        Assert.Equal("FullName", path.Attribute("aliases")!.Value);
        Assert.Equal("True (ByValue, ByPropertyName)", path.Attribute("pipelineInput")!.Value);

        XElement count = All(maml, "parameters").Single().Elements().Single(parameter => Name(parameter) == "Count");
        Assert.Equal("7", All(count, "defaultValue").Single().Value);
        XElement day = syntax.Single(HasParameter("Day")).Elements().Single(element => Has(element, "parameter") && Name(element) == "Day");
        Assert.Equal(Enum.GetNames<DayOfWeek>(), All(day, "parameterValueGroup").Single().Elements().Select(value => value.Value));

        string[] description = [.. maml.Root!.Elements().Single().Elements().Single(element => Has(element, "description")).Elements().Select(para => para.Value)];
        Assert.Equal(["First code of a paragraph with <pid>, 'a:*' and __b:**.", "if ($true) {\n    1\n}", "- one\n- two"], description);
        Assert.Equal("PS> Get-KsmScratch x\n   Output", All(maml, "code").First().Value);
        Assert.Equal(2, All(maml, "navigationLink").Count());
    }

    [Theory]
    [InlineData("### Count\nHow many.\n", "", "the parameter -Count of Get-KsmScratch is not documented.")]
    [InlineData("### Count", "### Counter", "Get-KsmScratch has no parameter -Counter.")]
    [InlineData("How many.", "", "'Count' has no text.")]
    [InlineData("# Get-KsmScratch\n", "# Get-KsmOther\n", "the page's heading is 'Get-KsmOther', not 'Get-KsmScratch'.")]
    [InlineData("Gets what a test needs.\n", "", "a synopsis of one paragraph follows the heading.")]
    [InlineData("## Inputs", "## Imputs", "the section 'Inputs' is missing.")]
    [InlineData("### System.IO.FileInfo", "### System.IO.DirectoryInfo", "the output type System.IO.FileInfo of Get-KsmScratch is not documented.")]
    [InlineData("### The second\n```powershell\nPS> Get-KsmScratch y\n```\nWhat that shows.\n", "", "1 examples; a page has at least 2.")]
    [InlineData("```powershell\nPS> Get-KsmScratch y\n```\n", "", "the example 'The second' has no code block.")]
    [InlineData("- Set-KsmScratch\n- https://docs.kernel.org/", "", "the section 'Links' is empty.")]
    public void What_is_missing_fails_the_build(string part, string replacement, string message)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(part, Page, StringComparison.Ordinal);
        Assert.Contains(message, Write(folder, Page.Replace(part, replacement, StringComparison.Ordinal)).Select(problem => problem.Message));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "out")), "nothing is written when something is wrong");
    }

    [Fact]
    public void A_cmdlet_without_a_page_and_a_page_without_a_cmdlet_fail_the_build()
    {
        using var folder = new TemporaryFolder();
        folder.Write("source/Get-KsmNothing.md", Page);
        IEnumerable<string> problems = ModuleHelp.Write([typeof(ScratchCommand)], "Scratch.dll", Path.Combine(folder.Path, "source"), "none")
            .Select(problem => problem.ToString());
        Assert.Equal(
            [
                Path.Combine(folder.Path, "source", "Get-KsmScratch.md") + "(1): error KSMHELP: the cmdlet Get-KsmScratch has no help page.",
                Path.Combine(folder.Path, "source", "Get-KsmNothing.md") + "(1): error KSMHELP: the module has no cmdlet of this name.",
            ],
            problems);
    }

    [Fact]
    public void An_about_topic_keeps_to_80_columns()
    {
        using var folder = new TemporaryFolder();
        folder.Write("source/about_Scratch.help.txt", "TOPIC\n" + new string('x', 81) + "\n");
        Problem problem = Assert.Single(ModuleHelp.Write([], "Scratch.dll", Path.Combine(folder.Path, "source"), "none"));
        Assert.Equal(2, problem.Line);
    }

    private static IReadOnlyList<Problem> Write(TemporaryFolder folder, string page)
    {
        folder.Write("source/Get-KsmScratch.md", page);
        return ModuleHelp.Write([typeof(ScratchCommand)], "Scratch.dll", Path.Combine(folder.Path, "source"), Path.Combine(folder.Path, "out"));
    }

    private static Func<XElement, bool> HasParameter(string name) =>
        item => item.Elements().Any(parameter => Has(parameter, "parameter") && Name(parameter) == name);

    private static bool Has(XElement element, string name) => element.Name.LocalName == name;

    private static string Name(XElement parameter) => parameter.Elements().First(element => Has(element, "name")).Value;

    private static IEnumerable<XElement> All(XContainer container, string name) => container.Descendants().Where(element => Has(element, name));
}
